import Domain

extension Explanation {
    /// The decision as sentences that a person can check: which record, which range, which
    /// comparison, which installed version.
    package var sentence: String {
        let record = records.first ?? source.rawValue
        let others = records.count > 1 ? ", as do \(records.dropFirst().joined(separator: ", "))" : ""
        let place =
            ecosystem == "cpe" ? "the product \(package.drop { $0 != ":" }.dropFirst())" : "\(package) in \(ecosystem)"
        let decision = """
            \(record) says that \(place) is affected (\(range))\(others). Installed is \
            \(installed), and \(comparison) in the order of \(scheme.rawValue) versions.
            """
        return ([decision] + notes.map { "Note: \($0)." }).joined(separator: " ")
    }
}
