extension ScanIndex {
    /// Updates of vendors that number them, with what they take the place of.
    public var updateCount: Int { view.count(of: .updates) }

    /// The row of an update; nil when no document names it.
    func update(_ number: UInt32) -> UpdateRow? {
        var low = 0
        var high = view.count(of: .updates)
        while low < high {
            let middle = (low + high) / 2
            guard let row = view.row(UInt32(middle), as: UpdateRow.self) else { return nil }
            if row.number == number { return row }
            if row.number < number { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    func supersededNumbers(_ row: UpdateRow) -> [UInt32] {
        view.string(row.supersedes).split(separator: "\n").compactMap { UInt32($0) }
    }

    func builds(_ row: UpdateRow) -> [String] { view.string(row.builds).split(separator: "\n").map(String.init) }
}
