internal import Permissions

extension Interface {
  /// The part of the daemon's API that tells of apps and controls them; the daemon looks for the connection.
  static let rosSnapdSupport = Interface(
    "ros-snapd-support", "allows ROS programs to start and stop apps through the snap system", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
