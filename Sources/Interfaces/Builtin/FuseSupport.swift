internal import Permissions

extension Interface {
  /// Lets a snap mount file systems that programs provide.
  static let fuseSupport = Interface(
    "fuse-support", "allows a snap to mount file systems that programs provide",
    implicitSlot: .init(onCore: .yes, onClassic: .when { !($0.distribution == "ubuntu" && $0.version == "14.04") }),
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("mount")
      grants.files(.readWrite, "/dev/fuse")
      grants.capabilities(.sysAdmin)
      let places: [PolicyPattern] = [
        "/home/*/snap/@{SNAP_INSTANCE_NAME}", "/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}",
      ]
      for place in places {
        for data in ["@{SNAP_REVISION}", "common"] as [PolicyPattern] {
          for access in ["ro", "rw"] {
            grants.mount(
              types: "fuse.*", options: [access, "nosuid", "nodev"], from: "**", to: "\(place)/\(data)/{,**/}")
          }
        }
      }
      grants.denyFiles(.read, "/etc/fuse.conf")
      grants.files(.read, "/sys/fs/fuse/", "/sys/fs/fuse/**")
      grants.udev(#"KERNEL=="fuse""#)
    }
  }
}
