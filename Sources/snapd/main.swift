import Daemon
import Glibc

exit(await SnapdProgram.main(CommandLine.arguments))
