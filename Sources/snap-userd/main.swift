import Glibc
import UserSession

// `snap userd`: services of a user's session (Sources/UserSession).
exit(UserdProgram.run(CommandLine.arguments))
