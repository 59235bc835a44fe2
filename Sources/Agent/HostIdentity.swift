import Domain
import Glibc

/// What the host is called, and what it is recognised by.
struct HostIdentity {
    var hostname: String
    var fqdn: String?

    init(_ root: ExaminedRoot, path: String, notes: inout [CollectionNote]) {
        let name = root.isLive ? Self.nodeName() : root.line("etc/hostname")
        guard let name = name.map(Self.cleaned), !name.isEmpty else {
            let fallback = Self.cleaned(path.split(separator: "/").last.map(String.init) ?? "")
            hostname = fallback.isEmpty ? "localhost" : fallback
            notes.append(
                CollectionNote(
                    item: "hostname", reason: "/etc/hostname cannot be read; the host is called \(hostname) here."))
            return
        }
        hostname = name.split(separator: ".").first.map(String.init) ?? name
        fqdn = name.contains(".") ? name : Self.qualified(name, hosts: (try? root.text("etc/hosts")) ?? "")
    }

    /// The domain name that hosts(5) gives `hostname`. The resolver is not asked: it may wait for a
    /// network that is not there.
    private static func qualified(_ hostname: String, hosts: String) -> String? {
        for line in hosts.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).dropFirst()
            guard words.contains(where: { $0 == hostname }) else { continue }
            if let name = words.first(where: { $0.hasPrefix(hostname + ".") }) { return cleaned(String(name)) }
        }
        return nil
    }

    private static func nodeName() -> String? { SystemName.current()?.node }

    private static func cleaned(_ name: String) -> String {
        String(name.prefix(253).filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
    }
}

/// uname(2) of the running system.
struct SystemName {
    var node: String
    var release: String
    var version: String
    var machine: String

    static func current() -> SystemName? {
        var name = utsname()
        guard uname(&name) == 0 else { return nil }
        return SystemName(
            node: text(name.nodename), release: text(name.release), version: text(name.version),
            machine: text(name.machine))
    }

    /// A C array of characters, up to its first NUL.
    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
