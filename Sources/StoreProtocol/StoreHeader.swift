/// The names of headers that stores and clients use. Source: `spec/assertions-and-store.md` §6.
public enum StoreHeader {
  // MARK: Requests of the second version
  public static let architecture = "Snap-Device-Architecture"
  public static let series = "Snap-Device-Series"
  public static let classic = "Snap-Classic"
  public static let capabilities = "Snap-Device-Capabilities"
  public static let deviceAuthorization = "Snap-Device-Authorization"
  /// The id of a store of its own that the device belongs to.
  public static let store = "Snap-Device-Store"
  /// Where in a cloud the device is: `cloud-name="x" region="y" availability-zone="z"`.
  public static let location = "Snap-Device-Location"
  /// The User-Agent of the program that asked the daemon.
  public static let clientUserAgent = "Snap-Client-User-Agent"
  public static let authorization = "Authorization"
  public static let refreshReason = "Snap-Refresh-Reason"
  public static let refreshManaged = "Snap-Refresh-Managed"
  public static let acceptDeltaFormat = "Snap-Accept-Delta-Format"
  /// What of content delivery networks the device can use: `none`, or where it is.
  public static let cdn = "Snap-CDN"

  // MARK: Requests of the first version
  public static let architectureV1 = "X-Ubuntu-Architecture"
  public static let seriesV1 = "X-Ubuntu-Series"
  public static let classicV1 = "X-Ubuntu-Classic"
  public static let storeV1 = "X-Ubuntu-Store"
  public static let deviceAuthorizationV1 = "X-Device-Authorization"
  public static let wireProtocol = "X-Ubuntu-Wire-Protocol"

  // MARK: Responses
  /// The version of what the store understands; below 55 it knows no `held` in contexts.
  public static let storeVersion = "Snap-Store-Version"
  public static let suggestedCurrency = "X-Suggested-Currency"
  /// The name of a failure in the store's own logs.
  public static let oopsID = "X-Oops-Id"
  public static let authenticate = "WWW-Authenticate"
  public static let retryAfter = "Retry-After"
}

/// The types of bodies.
public enum StoreMediaType {
  public static let json = "application/json"
  public static let hal = "application/hal+json"
  public static let assertion = "application/x.ubuntu.assertion"
  public static let assertionBundle = "application/x.ubuntu.assertion; bundle=y"
  /// The deltas that are applied here.
  public static let xdelta3 = "xdelta3"
}
