extension PatchOrder {
    /// What is wrong with it; nil for one that can be carried out. Names and versions become arguments of programs: nothing
    /// in them may be taken for an option, a path or a second argument.
    public var defect: String? {
        if packages.isEmpty { return "it names no packages" }
        for package in packages {
            guard Self.isWord(package.name), package.name.first.map({ $0.isLetter || $0.isNumber }) == true else {
                return "“\(package.name)” is no name of a package"
            }
            for version in [package.version, package.installed].compactMap({ $0 })
            where !Self.isWord(version) || version.hasPrefix("-") {
                return "“\(version)” is no version"
            }
            if package.version == nil && package.installed == nil {
                return "it does not say from which version \(package.name) is to come"
            }
            if let architecture = package.architecture, !Self.isWord(architecture) || architecture.hasPrefix("-") {
                return "“\(architecture)” is no architecture"
            }
        }
        for payload in payloads {
            guard Self.isFileName(payload.name) else {
                return "“\(payload.name)” is no name of a file"
            }
            guard payload.digest.utf8.count == 64, payload.digest.utf8.allSatisfy({ Self.digits.contains($0) }) else {
                return "the digest of \(payload.name) is none"
            }
            if payload.bytes < 0 || payload.bytes > Self.largestPayload { return "\(payload.name) has no size" }
        }
        if Set(payloads.map(\.name)).count != payloads.count { return "two of its files have one name" }
        if tool == .payload && payloads.isEmpty && job.kind == .install { return "it has no files" }
        return nil
    }

    /// What an agent takes for a file's name.
    static func isFileName(_ text: String) -> Bool { isWord(text) && text.first != "." && text.first != "-" }

    private static let largestPayload: Int64 = 64 << 30
    private static let digits = Array("0123456789abcdef".utf8)
    private static let signs = Array("+-.:~^_".utf8)

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || signs.contains(byte)
            }
    }
}
