import RunningEmbedded

@_cdecl("snap_main")
public func snapMain(_ argc: Int32, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
  Running.main(argc, argv)
}
