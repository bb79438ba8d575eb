internal import Host
internal import Image
internal import JSONValues
internal import Packing
public import Snap
internal import State

extension SnapManager {
  /// What the gadget in use says of the machine; nil when there is no gadget, or none that says anything.
  ///
  /// - Throws: what is wrong with its `meta/gadget.yaml`.
  public func gadget() throws -> GadgetInfo? {
    let found = store.read { state in
      state.all(RecordKind<SnapState>.snaps).first { $0.value.active && $0.value.type == .gadget }
    }
    guard let (name, state) = found else { return nil }
    let container = try DirectoryContainer(path: directories.mount(of: try InstanceName(name), state.current))
    return try GadgetInfo(in: container)
  }

  /// What the gadget in use says of the options of a snap that is installed for the first time; nil when it says
  /// nothing. A snap without an id, from a file, is no snap that a gadget could mean.
  func gadgetDefaults(of instance: InstanceName) throws -> [String: JSONValue]? {
    let installed = store.read { $0[snap: instance] }
    guard let installed, let id = installed.sequence.first(where: { $0.revision == installed.current })?.snapID else {
      return nil
    }
    return try gadget()?.defaults[id]
  }
}
