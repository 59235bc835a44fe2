/// The form under which the index files a package, equal for all spellings that its registry
/// takes for the same package.
enum PackageName {
    static func canonical(_ name: String, family: String) -> String {
        switch family {
        case "pypi": normalisedPython(name)
        case "nuget", "packagist": name.lowercased()
        case "windows": name.lowercased().split(separator: " ").joined(separator: " ")
        case "maven": name.replacing("/", with: ":")
        default: name
        }
    }

    /// PEP 503: lower case, runs of `-`, `_` and `.` as one hyphen.
    private static func normalisedPython(_ name: String) -> String {
        var result: [UInt8] = []
        for byte in name.lowercased().utf8 {
            let isSeparator = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            guard isSeparator else {
                result.append(byte)
                continue
            }
            if result.last != UInt8(ascii: "-") { result.append(UInt8(ascii: "-")) }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
