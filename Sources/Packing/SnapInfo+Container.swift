public import Image
public import Snap

extension GadgetInfo {
  /// Reads `meta/gadget.yaml`; a gadget without one says nothing.
  public init(in container: some SnapContainer) throws {
    self =
      try container.status("meta/gadget.yaml") == nil
      ? GadgetInfo() : GadgetInfo(yaml: try container.read("meta/gadget.yaml", limit: 1 << 20))
  }
}

extension SnapInfo {
  /// No `snap.yaml` of sense is larger, in bytes.
  private static var limit: Int { 4 << 20 }

  /// Reads and validates the metadata of a container, its hooks included.
  public init(in container: some SnapContainer) throws {
    var info = try SnapInfo(yaml: try container.read("meta/snap.yaml", limit: Self.limit))
    if try container.status("meta/hooks")?.kind == .directory {
      info.addImplicitHooks(try container.list("meta/hooks"))
    }
    try info.validate()
    self = info
  }

  /// Checks that a container has what the metadata promises, with modes under which it works.
  /// - Throws: ``ContainerError``.
  public func check(_ container: some SnapContainer) throws(ContainerError) {
    let services = apps.filter { $0.daemon != nil }
    let requirements = ContainerRequirements(
      snap: name.rawValue, commands: apps.filter { $0.daemon == nil }.map(\.command).filter { !$0.isEmpty },
      serviceCommands: services.flatMap { [$0.command, $0.stopCommand, $0.reloadCommand, $0.postStopCommand] }
        .compactMap { $0 }.filter { !$0.isEmpty },
      completers: apps.compactMap(\.completer).filter { !$0.isEmpty })
    try ContainerCheck.check(container, requirements: requirements)
  }
}
