/// A version of Windows: the line (`10.0.17763`) and the revision of its updates, where it is known.
struct WindowsBuild: Hashable {
    let text: String
    private let line: [UInt32]
    let revision: UInt32?

    init?(_ text: String) {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt32($0) }
        guard (3...4).contains(numbers.count), numbers.allSatisfy({ $0 != nil }) else { return nil }
        self.text = text
        line = numbers.prefix(3).compactMap { $0 }
        revision = numbers.count == 4 ? numbers[3] : nil
    }

    func isSameLine(as other: WindowsBuild) -> Bool { line == other.line }

    /// Whether it holds what `fixed` does. Revisions of different lines are not comparable: nil, as where one
    /// is not known.
    func holds(_ fixed: WindowsBuild) -> Bool? {
        guard isSameLine(as: fixed), let mine = revision, let its = fixed.revision else { return nil }
        return mine >= its
    }
}
