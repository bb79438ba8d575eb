/// One thing that a token lets somebody do. The names are those that `craft-store` asks for (its module
/// `attenuations`), and the older ones that `snapcraft` and the reference's client ask for.
enum Permission: String, CaseIterable, Hashable, Sendable {
  case accountManageKeys = "account-manage-keys"
  case accountManageMetadata = "account-manage-metadata"
  case accountRegisterPackage = "account-register-package"
  case accountViewPackages = "account-view-packages"
  case packageManageACL = "package-manage-acl"
  case packageManageMetadata = "package-manage-metadata"
  case packageManageReleases = "package-manage-releases"
  case packageManageRevisions = "package-manage-revisions"
  case packageViewACL = "package-view-acl"
  case packageViewMetadata = "package-view-metadata"
  case packageViewMetrics = "package-view-metrics"
  case packageViewReleases = "package-view-releases"
  case packageViewRevisions = "package-view-revisions"
  case storeManage = "store-manage"
  case storeView = "store-view"
  /// What a device's user may do: see and download private snaps.
  case packageAccess = "package_access"
  case packagePurchase = "package_purchase"

  /// What a name stands for; nil when it is not known. Old names stand for several of the new ones.
  static func named(_ name: String) -> Set<Permission>? {
    if let one = Permission(rawValue: name) {
      return one == .packageAccess ? viewing.union([.packageAccess, .accountViewPackages]) : [one]
    }
    switch name {
    case "package-manage":
      return [.packageManageACL, .packageManageMetadata, .packageManageReleases, .packageManageRevisions]
    case "package-view": return viewing
    case "package_manage": return [.packageManageACL, .packageManageMetadata, .packageManageReleases]
    case "package_metrics": return [.packageViewMetrics]
    case "package_push", "package_upload": return [.packageManageRevisions]
    case "package_register": return [.accountRegisterPackage]
    case "package_release": return [.packageManageReleases]
    case "package_update": return [.packageManageMetadata]
    case "edit_account": return [.accountManageMetadata]
    case "modify_account_key": return [.accountManageKeys]
    case "store_admin": return [.storeManage, .storeView]
    default: return nil
    }
  }

  private static var viewing: Set<Permission> {
    [.packageViewACL, .packageViewMetadata, .packageViewMetrics, .packageViewReleases, .packageViewRevisions]
  }
}
