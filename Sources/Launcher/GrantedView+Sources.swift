internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

extension GrantedView {
  /// Clones of sources, in order; -1 for what isn't there any more or has become another.
  struct Sources: ~Copyable {
    private var clones = Descriptors()

    init(_ items: ArraySlice<Shown>, _ view: borrowing GrantedView) {
      // What is shown is sorted, so neighbours mostly have one directory.
      var parent: Descriptor?
      var path = ""
      for item in items {
        guard item.kind == .bind, !item.isUsers || view.privileges.isRoot, item.source.utf8.count > 1 else {
          clones.add(view.clone(item))
          continue
        }
        let directory = directoryPath(of: item.source)
        if !isSame(path, directory) {
          parent = view.user.open(directory, isDirectory: true)
          path = directory
        }
        clones.add(view.clone(item, in: descriptorNumber(parent)))
      }
    }

    subscript(index: Int) -> Int32 { clones[index] }
  }

  /// Called on the host.
  fileprivate func clone(_ item: Shown) -> Int32 {
    guard item.kind == .bind else { return -1 }
    if item.isUsers { do throws(LaunchError) { try privileges.lower() } catch { return -1 } }
    let source = user.open(item.source, isDirectory: item.isDirectory)
    var status = cl_launch_status()
    let isKnown = cl_launch_fstatus(descriptorNumber(source), &status) == 0
    if item.isUsers { do throws(LaunchError) { try privileges.raise() } catch { return -1 } }
    guard isKnown, status.device == item.device, status.inode == item.inode else { return -1 }
    let recursive: BindOptions = item.isDirectory ? .recursive : []
    let clone = cl_open_tree(descriptorNumber(source), "", View.cloneFlags(recursive))
    guard clone >= 0 else { return -1 }
    let flags = CL_AT_EMPTY_PATH | (item.isDirectory ? CL_AT_RECURSIVE : 0)
    guard cl_mount_setattr(clone, flags, UInt64(item.attributes), 0, UInt64(CL_MS_SLAVE)) == 0 else {
      _ = cl_close(clone)
      return -1
    }
    return clone
  }

  /// Called on the host. The same of a name in an open directory, which nobody's rights but root's are asked for.
  fileprivate func clone(_ item: Shown, in directory: Int32) -> Int32 {
    guard directory >= 0 else { return -1 }
    let recursive: Int32 = item.isDirectory ? 1 : 0
    let clone = cl_launch_clone(
      directory, lastName(of: item.source), recursive, UInt64(item.attributes), UInt64(CL_MS_SLAVE))
    guard clone >= 0 else { return -1 }
    var status = cl_launch_status()
    guard cl_launch_fstatus(clone, &status) == 0, status.device == item.device, status.inode == item.inode else {
      _ = cl_close(clone)
      return -1
    }
    return clone
  }
}
