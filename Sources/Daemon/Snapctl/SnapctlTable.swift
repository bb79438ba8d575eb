/// Columns as the reference's tab writer makes them: at least five wide, two spaces between, none at the end of a line.
struct SnapctlTable {
  private var rows: [[String]] = []

  mutating func add(_ cells: String...) { rows.append(cells) }

  var text: String {
    var text = ""
    for row in rows {
      for (index, cell) in row.enumerated() {
        text += cell
        guard index + 1 < row.count else { continue }
        let widest = rows.map { $0[index].unicodeScalars.count }.max() ?? 0
        text += String(repeating: " ", count: max(5, widest + 2) - cell.unicodeScalars.count)
      }
      text += "\n"
    }
    return text
  }
}
