import Domain

/// Windows' `systeminfo`, in any language: found by the order of its lines and by what is the same in all of them
/// (`Microsoft Windows`, `10.0.17763 … Build 17763`, `x64-based PC`, `KB4464455`), never by the words in front.
struct SystemInfo {
    private let hostname: String?
    private let name: String
    private let version: WindowsVersionText
    private let systemType: String?
    private let updates: [InstalledUpdate]

    /// - Throws: `.malformed` when there is no line with a Windows version.
    init(_ text: String) throws(DocumentError) {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard let found = Self.versionLine(lines) else {
            throw .malformed(TextPosition(line: 1, column: 1), reason: "no line with a Windows version")
        }
        version = found.version
        name = found.place > 0 ? Self.value(of: lines[found.place - 1]) : ""
        hostname = found.place > 1 ? Self.value(of: lines[found.place - 2]) : nil
        systemType = lines.first { $0.contains("-based PC") }.map { Self.value(of: $0) }
        updates = KnowledgeBase.updates(in: lines[found.place...])
    }

    /// The first line whose value is a Windows version and whose neighbour above names Windows.
    static func versionLine(_ lines: [Substring]) -> (place: Int, version: WindowsVersionText)? {
        for place in lines.indices.prefix(40) where place > 0 {
            guard let version = WindowsVersionText(value(of: lines[place])),
                lines[place - 1].contains("Windows")
            else { continue }
            return (place, version)
        }
        return nil
    }

    /// What stands behind the first colon; one of full width in some code pages.
    private static func value(of line: Substring) -> String {
        guard let colon = line.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return DocumentText.trimmed(line) }
        return DocumentText.trimmed(line[line.index(after: colon)...])
    }

    func inventory(_ hints: HostHints) -> Inventory {
        let os = OperatingSystem(
            type: "windows", id: "windows", name: name, version: version.numbers, codename: version.servicePack,
            build: version.numbers, installationType: hints.installationType)
        let host = HostHints(
            system: hints.system, hostname: hints.hostname ?? hostname.flatMap { $0.isEmpty ? nil : $0 })
        var inventory = host.inventory(.systemInfo, os: os)
        inventory.kernel = Kernel(release: version.numbers, version: "", architecture: systemType ?? "")
        inventory.updates = updates
        inventory.notes = notes
        return inventory
    }

    private var notes: [CollectionNote] {
        var notes = [
            CollectionNote(
                item: "os.build",
                reason: "systeminfo does not tell the revision of the build; the installed updates stand for it.")
        ]
        if updates.isEmpty {
            notes.append(CollectionNote(item: "updates", reason: "No installed update is listed."))
        }
        return notes
    }
}

/// `10.0.17763 N/A Build 17763`, `6.1.7601 Service Pack 1 version 7601`.
struct WindowsVersionText {
    /// `10.0.17763`.
    let numbers: String
    /// `Service Pack 1`; nil without.
    let servicePack: String?

    init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let first = words.first, words.count > 1 else { return nil }
        let parts = first.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ (1...5).contains($0.utf8.count) && $0.allSatisfy(\.isNumber) }),
            let major = Int(parts[0]), (5...10).contains(major), words.last.map({ $0 == parts[2] }) == true
        else { return nil }
        numbers = String(first)
        // `Service Pack 1` is not translated.
        let pack = words.firstIndex { $0 == "Pack" }.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        servicePack = pack.map { "Service Pack \($0)" }
    }
}
