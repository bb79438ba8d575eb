internal import Glibc

/// The daemon's environment, which root makes.
enum Environment {
  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
