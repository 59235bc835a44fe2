import Domain

/// macOS' `sw_vers`.
struct SoftwareVersions {
    private let values: [String: String]

    /// - Throws: `.malformed` without a product version.
    init(_ text: String) throws(DocumentError) {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            values[String(line[..<colon])] = DocumentText.trimmed(line[line.index(after: colon)...])
        }
        guard values["ProductVersion"]?.isEmpty == false else {
            throw .malformed(TextPosition(line: 1, column: 1), reason: "no ProductVersion")
        }
        self.values = values
    }

    /// `ProductVersionExtra` is the letter of a Rapid Security Response.
    func inventory(_ hints: HostHints) -> Inventory {
        let extra = values["ProductVersionExtra"].map { " \($0)" } ?? ""
        let os = OperatingSystem(
            type: "macos", id: "macos", name: values["ProductName"] ?? "macOS",
            version: (values["ProductVersion"] ?? "") + extra, build: values["BuildVersion"])
        return hints.inventory(.softwareVersions, os: os)
    }
}
