import Domain

extension Explanation {
    /// The decision as sentences that a person can check: which record, which range, which
    /// comparison, which installed version.
    package var sentence: String {
        if source == .reported {
            return """
                \(records.joined(separator: ", ")) reports it in \(package). It is not found in the software that is listed of \
                the endpoint.
                """
        }
        let record = records.first ?? source.rawValue
        let others = records.count > 1 ? ", as do \(records.dropFirst().joined(separator: ", "))" : ""
        let place =
            ecosystem == "cpe" ? "the product \(package.drop { $0 != ":" }.dropFirst())" : "\(package) in \(ecosystem)"
        // An update that is missing was looked for by its number, not compared.
        let order =
            scheme == .windows && comparison.hasPrefix("KB") ? "" : " in the order of \(scheme.rawValue) versions"
        let decision = """
            \(record) says that \(place) is affected (\(range))\(others). Installed is \
            \(installed), and \(comparison)\(order).
            """
        return ([decision] + notes.map { "Note: \($0)." }).joined(separator: " ")
    }
}
