public import Host
internal import Linux
public import Snap

/// Where the files of one snap are.
extension Directories {
  /// `/snap/<instance>`.
  public func mounts(of instance: InstanceName) -> String { "\(snaps)/\(instance)" }
  /// `/snap/<instance>/<revision>`: the mounted image.
  public func mount(of instance: InstanceName, _ revision: Revision) -> String { "\(snaps)/\(instance)/\(revision)" }
  /// `/var/lib/snapd/snaps/<instance>_<revision>.snap`.
  public func blob(of instance: InstanceName, _ revision: Revision) -> String {
    "\(blobs)/\(instance)_\(revision).snap"
  }
  /// `/var/snap/<instance>`.
  public func data(of instance: InstanceName) -> String { "\(data)/\(instance)" }
  /// `/var/snap/<instance>/<revision>`.
  public func data(of instance: InstanceName, _ revision: Revision) -> String { "\(data)/\(instance)/\(revision)" }
  /// `/var/snap/<instance>/common`.
  public func commonData(of instance: InstanceName) -> String { "\(data)/\(instance)/common" }
  /// The list of revisions, for tools that run without the daemon.
  public func sequence(of instance: InstanceName) -> String { "\(sequence)/\(instance).json" }
  /// The private `/tmp` of a snap, inside a directory that only root can enter.
  public func privateTmp(of instance: InstanceName) -> String { "\(privateTmp)/snap.\(instance)" }

  /// The homes in which snaps may have data: root's, and every directory below `/home` and where else homes are.
  var homes: [String] {
    let places = Set(["/home"] + SystemParameters(of: self).homeDirectories)
    return ["\(prefix)/root"]
      + places.sorted().flatMap { place in
        ((try? Files.list(prefix + place)) ?? []).sorted().map { "\(prefix)\(place)/\($0)" }
      }
  }
}
