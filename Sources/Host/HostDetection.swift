internal import Glibc

/// Finds out what machine this is.
public enum HostDetection {
  /// Whether systemd runs this machine: sd_booted(3).
  public static var isSystemdRunning: Bool {
    var status = stat()
    return lstat("/run/systemd/system", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The service manager of this machine. Below a root of its own nothing but the supervisor can run services.
  public static func serviceManager(directories: Directories) throws -> any ServiceManager {
    if directories.prefix.isEmpty, isSystemdRunning { return SystemdServiceManager(directories: directories) }
    return try Supervisor(directories: directories)
  }
}
