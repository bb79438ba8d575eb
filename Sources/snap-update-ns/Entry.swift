import LauncherEmbedded

@_cdecl("snap_update_ns_main")
public func updateMain(_ argc: Int32, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
  NamespaceTool.update(argc, argv)
}
