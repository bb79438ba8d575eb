import LauncherEmbedded

@_cdecl("snap_discard_ns_main")
public func discardMain(_ argc: Int32, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
  NamespaceTool.discard(argc, argv)
}
