import LauncherEmbedded

@_cdecl("snap_confine_main")
public func launcherMain(_ argc: Int32, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
  Launcher.main(argc, argv)
}
