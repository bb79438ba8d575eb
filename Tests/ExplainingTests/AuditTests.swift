import Explaining
import Testing
