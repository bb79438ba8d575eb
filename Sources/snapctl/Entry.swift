import SnapctlEmbedded

@_cdecl("snapctl_main")
public func snapctlMain(_ argc: Int32, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
  Snapctl.main(argc, argv)
}
