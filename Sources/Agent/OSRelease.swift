import Domain

/// os-release(5).
enum OSRelease {
    static func operatingSystem(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> OperatingSystem {
        for path in ["etc/os-release", "usr/lib/os-release"] {
            guard let text = try? root.text(path) else { continue }
            return operatingSystem(parse(text))
        }
        notes.append(
            CollectionNote(item: "os", reason: "Neither /etc/os-release nor /usr/lib/os-release can be read."))
        return OperatingSystem(id: "linux", name: "Linux", version: "")
    }

    /// The defaults are those of os-release(5): `ID=linux`, `NAME=Linux`.
    private static func operatingSystem(_ values: [String: String]) -> OperatingSystem {
        OperatingSystem(
            id: values["ID"] ?? "linux", name: values["NAME"] ?? "Linux", version: values["VERSION_ID"] ?? "",
            codename: values["VERSION_CODENAME"], prettyName: values["PRETTY_NAME"],
            like: values["ID_LIKE"]?.split(separator: " ").map(String.init) ?? [])
    }

    /// `KEY=value` lines with the shell's quoting; the last of two equal keys counts, empty values are
    /// left out.
    static func parse(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let assignment = line.drop { $0 == " " || $0 == "\t" }
            guard !assignment.hasPrefix("#"), let equals = assignment.firstIndex(of: "=") else { continue }
            let value = unquoted(assignment[assignment.index(after: equals)...])
            values[String(assignment[..<equals])] = value.isEmpty ? nil : value
        }
        return values
    }

    /// Single quotes hold everything as it is, bare text knows the backslash, and so do double quotes before
    /// the four characters that it protects there.
    private static func unquoted(_ text: Substring) -> String {
        var output = ""
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                if quote != nil, !"\"\\$`".contains(character) { output.append("\\") }
                output.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { output.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == " " || character == "\t" {
                break
            } else {
                output.append(character)
            }
        }
        return output.filter { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }
    }
}
