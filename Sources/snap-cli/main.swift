import CommandLine
import Glibc

// What the program `snap` leaves to it: everything but running apps.
exit(SnapProgram.run(arguments: Swift.CommandLine.arguments))
