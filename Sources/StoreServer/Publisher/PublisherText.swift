internal import Snap

/// A text from outside in double quotes, with what could disturb a terminal or a log escaped.
func quoted(_ text: some CustomStringConvertible) -> String { InvalidText.quote(text.description) }
