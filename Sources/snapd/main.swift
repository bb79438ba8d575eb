import Daemon
import Glibc

exit(SnapdProgram.main(CommandLine.arguments))
