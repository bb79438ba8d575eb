public import Snap

/// What was found in an image.
public struct Review: Sendable {
  public let info: SnapInfo
  /// `meta/snap.yaml` as it stands in the image.
  public let metadata: String
  /// Sorted by severity, then by code.
  public let findings: [Finding]

  public init(info: SnapInfo, metadata: String, findings: [Finding]) {
    self.info = info
    self.metadata = metadata
    self.findings = findings.sorted { ($0.severity, $0.code) < ($1.severity, $1.code) }
  }

  public enum Verdict: String, Hashable, Sendable {
    case accepted
    /// Somebody has to look at it before it can be released.
    case needsReview
    /// It can never be released.
    case rejected
  }

  /// The worst of the findings.
  public var verdict: Verdict {
    switch findings.first?.severity {
    case .rejects: .rejected
    case .needsReview: .needsReview
    case .warns, nil: .accepted
    }
  }
}

/// One thing that a person should know of an image.
public struct Finding: Hashable, Sendable {
  public enum Severity: Int, Hashable, Sendable, Comparable {
    case rejects, needsReview, warns
    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
  }

  public let severity: Severity
  /// What it is about, the same in every revision: what grants name.
  public let code: String
  /// One sentence.
  public let text: String

  public init(_ severity: Severity, _ code: String, _ text: String) {
    self.severity = severity
    self.code = code
    self.text = text
  }
}
