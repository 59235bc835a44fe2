import Domain

/// Lines of `rpm -qa`: its own form, `name-version-release.arch`, and the fields that `--qf` is usually asked for,
/// separated by blanks, tabs, bars, commas or semicolons:
///
///     NAME [EPOCH] VERSION RELEASE [ARCH] [SOURCERPM] [MODULARITYLABEL]
///     NAME [EPOCH:]VERSION-RELEASE [ARCH] [SOURCERPM] [MODULARITYLABEL]
enum RPMQuery {
    /// Keys that rpm keeps as packages.
    static func isIgnored(_ line: Substring) -> Bool { line.hasPrefix("gpg-pubkey") }

    static func package(_ line: Substring) -> InstalledPackage? {
        var fields = line.split(omittingEmptySubsequences: true) { " \t|,;".contains($0) }
        guard fields.count > 1 else { return fields.first.flatMap(nevra) }
        let name = String(fields.removeFirst())
        guard !fields.isEmpty, isName(name), let version = takeVersion(&fields) else { return nil }
        var package = InstalledPackage(type: "rpm", name: name, version: version)
        for field in fields {
            if field == "(none)" { continue }
            if let source = RPMFileName(String(field)) {
                package.setSource(source.name, version: source.version(epochOf: version))
            } else if field.contains(":") {
                package.module = field.split(separator: ":").prefix(2).joined(separator: ":")
            } else if isArchitecture(field) {
                package.architecture = String(field)
            }
        }
        return package
    }

    /// `name-[epoch:]version-release.arch`.
    private static func nevra(_ text: Substring) -> InstalledPackage? {
        guard let release = text.lastIndex(of: "-"),
            let version = text[..<release].lastIndex(of: "-"), version > text.startIndex
        else { return nil }
        let tail = text[text.index(after: release)...]
        let dot = tail.lastIndex(of: ".").flatMap { isArchitecture(tail[tail.index(after: $0)...]) ? $0 : nil }
        var number = text[text.index(after: version)..<(dot ?? text.endIndex)]
        if number.hasPrefix("0:") { number = number.dropFirst(2) }
        guard isVersion(number), isName(String(text[..<version])) else { return nil }
        return InstalledPackage(
            type: "rpm", name: String(text[..<version]), version: String(number),
            architecture: dot.map { String(tail[tail.index(after: $0)...]) })
    }

    /// Takes the fields of the version off the front, and puts them together as `[epoch:]version-release`.
    private static func takeVersion(_ fields: inout [Substring]) -> String? {
        let first = fields.removeFirst()
        if first.contains("-") {
            let text =
                first.hasPrefix("0:") || first.hasPrefix("(none):") ? first.drop { $0 != ":" }.dropFirst() : first
            return isVersion(text) ? String(text) : nil
        }
        let isEpoch = first == "(none)" || first.allSatisfy { $0.isASCII && $0.isNumber }
        // Two fields follow an epoch, one a version that is a number alone.
        if isEpoch, fields.count >= 2, !isArchitecture(fields[1]) {
            let (version, release) = (fields.removeFirst(), fields.removeFirst())
            let text = "\(version)-\(release)"
            guard isVersion(text[...]) else { return nil }
            return first == "0" || first == "(none)" ? text : "\(first):\(text)"
        }
        guard !fields.isEmpty else { return nil }
        let text = "\(first)-\(fields.removeFirst())"
        return isVersion(text[...]) ? text : nil
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.first.map(isWordByte) == true && text.utf8.allSatisfy { isWordByte($0) || "-._+".utf8.contains($0) }
    }

    private static func isVersion(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isWordByte(first), text.contains(where: \.isNumber) else { return false }
        return text.utf8.allSatisfy { isWordByte($0) || "-._+~^:".utf8.contains($0) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
    }

    private static func isArchitecture(_ text: Substring) -> Bool { architectures.contains(String(text)) }

    private static let architectures: Set<String> = [
        "noarch", "x86_64", "i386", "i486", "i586", "i686", "aarch64", "armv7hl", "armv7l", "armv6hl", "ppc64le",
        "ppc64", "ppc", "s390x", "s390", "riscv64", "loongarch64", "src", "x86_64_v2", "athlon", "ia64", "mips64el",
    ]
}
