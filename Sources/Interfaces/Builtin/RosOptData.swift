internal import Permissions

extension Interface {
  /// Models, settings and scripts of the host's ROS.
  static let rosOptData = Interface(
    "ros-opt-data", "allows reading data of ROS below /opt/ros", implicitSlot: .onClassic, slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .read,
        "/var/lib/snapd/hostfs/opt/ros/", "/var/lib/snapd/hostfs/opt/ros/**/",
        "/var/lib/snapd/hostfs/opt/ros/**/*.config", "/var/lib/snapd/hostfs/opt/ros/**/*.yaml",
        "/var/lib/snapd/hostfs/opt/ros/**/*.xacro", "/var/lib/snapd/hostfs/opt/ros/**/*.urdf",
        "/var/lib/snapd/hostfs/opt/ros/**/*.stl", "/var/lib/snapd/hostfs/opt/ros/**/*.dae",
        "/var/lib/snapd/hostfs/opt/ros/**/*.png", "/var/lib/snapd/hostfs/opt/ros/**/*.jpg",
        "/var/lib/snapd/hostfs/opt/ros/**/*.sh", "/var/lib/snapd/hostfs/opt/ros/**/*.zsh",
        "/var/lib/snapd/hostfs/opt/ros/**/*.bash", "/var/lib/snapd/hostfs/opt/ros/**/package.xml")
    }
  }
}
