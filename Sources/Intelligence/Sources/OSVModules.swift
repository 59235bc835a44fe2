/// RPM module streams, which OSV has no field for: rebuilds of Enterprise Linux name them in the
/// title only, `Important: nodejs:20 security update`.
enum OSVModules {
    /// The `name:stream` pairs of a title.
    static func named(in title: String) -> [String] {
        title.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init).filter { word in
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count == 2 && isName(parts[0]) && isName(parts[1])
        }
    }

    /// The note of a package whose fixed version is a module build, where the stream is known
    /// beyond doubt: when the title names just one.
    static func note(version: String, modules: [String]) -> String? {
        guard version.contains(".module"), modules.count == 1 else { return nil }
        return "module:\(modules[0])"
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte < 0x80
                    && (JSONByte.isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte == 0x2D || byte == 0x2E
                        || byte == 0x5F)
            }
    }
}
