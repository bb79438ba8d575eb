internal import CLinux
internal import Glibc

/// A loop device attached to a file, held open until it is mounted.
struct LoopDevice: ~Copyable {
  let path: String
  private let descriptor: OwnedFD

  /// Attaches an image read-only to a free device that detaches itself with its last user.
  ///
  /// Another process may take the free device between the two calls, so a busy one is tried again; `EBUSY` after
  /// many attempts means that something is wrong with the machine.
  static func attach(_ image: String) throws(SyscallError) -> LoopDevice {
    let backing = try OwnedFD.open(image, O_RDONLY | O_NONBLOCK)
    guard try backing.status().kind == .regular else { throw SyscallError("attach", path: image, errno: EINVAL) }
    let control = try OwnedFD.open("/dev/loop-control", O_RDWR)
    var busy: SyscallError?
    for _ in 0..<100 {
      let number = try check("find a free loop device for", image) { cl_loop_free(control.raw) }
      let path = "/dev/loop\(number)"
      do throws(SyscallError) {
        let device = try open(path, number: number)
        _ = try check("attach", image) { cl_loop_configure(device.raw, backing.raw, image) }
        return LoopDevice(path: path, descriptor: device)
      } catch {
        guard error.errno == EBUSY || error.errno == ENXIO else { throw error }
        busy = error
      }
    }
    throw busy ?? SyscallError("attach", path: image, errno: EBUSY)
  }

  /// In containers nobody makes the node of a new device.
  private static func open(_ path: String, number: Int32) throws(SyscallError) -> OwnedFD {
    do throws(SyscallError) {
      return try OwnedFD.open(path, O_RDONLY)
    } catch {
      guard error.errno == ENOENT else { throw error }
      if mknod(path, S_IFBLK | 0o660, UInt(cl_makedev(7, UInt32(number)))) != 0, errno != EEXIST { throw error }
      return try OwnedFD.open(path, O_RDONLY)
    }
  }

  /// Lets go of the device: it stays attached while it is mounted, and is freed otherwise.
  consuming func close() {}
}
