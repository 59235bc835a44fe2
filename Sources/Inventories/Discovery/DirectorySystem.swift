import Domain

/// The operating system of a directory's computer object.
package enum DirectorySystem {
    /// `Windows Server 2019 Standard` and `10.0 (17763)`; nil without a name.
    package static func of(name: String?, version: String?) -> OperatingSystem? {
        guard let name, !name.isEmpty else { return nil }
        let lower = name.lowercased()
        let type = lower.contains("windows") ? "windows" : lower.contains("mac") ? "macos" : "linux"
        let words = (version ?? "").split { !$0.isNumber && $0 != "." }.map(String.init)
        return OperatingSystem(type: type, id: type, name: name, version: words.joined(separator: "."))
    }
}
