/// Names in registries: the keys of the table of known software, and package URLs.
enum RegistryName {
    /// `brew:openssl@3` and `brew:openssl`, `vscode:ms-python.python`.
    static func names(of description: SoftwareDescription, _ source: SoftwareSource) -> [String] {
        let name = description.name.lowercased()
        if source.isHomebrew {
            let base = name.split(separator: "/").last.map(String.init) ?? name
            return ["brew:\(base)"] + (base.split(separator: "@").first.map { ["brew:\($0)"] } ?? [])
        }
        if let registry = source.registry { return ["\(registry):\(name)"] }
        switch source.target {
        case "visual_studio_code":
            let publisher = description.vendor.map { "vscode:\($0.lowercased()).\(name)" }
            return ["vscode:\(name)"] + (publisher.map { [$0] } ?? [])
        case "chrome": return ["chrome:\(name)"]
        default: return []
        }
    }

    /// Nil for what no registry names, and for distributions' packages, whose release is not told.
    static func purl(of description: SoftwareDescription, _ source: SoftwareSource) -> String? {
        guard let type = source.registry, !["deb", "rpm", "apk", "ebuild"].contains(type) else { return nil }
        var name = description.name
        if type == "pypi" { name = PackageName.canonical(name, family: "pypi") }
        if type == "maven" { name = name.replacing(":", with: "/") }
        let version = description.version.isEmpty ? "" : "@\(escaped(description.version, keeping: ""))"
        return "pkg:\(type)/\(escaped(name, keeping: "/"))\(version)"
    }

    private static func escaped(_ text: String, keeping kept: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Character(UnicodeScalar(byte))
            if byte < 0x80, scalar.isLetter || scalar.isNumber || ".-_~:\(kept)".contains(scalar) {
                result.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}
