import Domain
import FoundationEssentials

/// Computer objects of a directory as LDIF (RFC 2849), as ldapsearch and Windows' ldifde print them.
enum ComputerEntries {
    /// Attributes of one entry, by lower-case name; of several values the first.
    private typealias Entry = [String: String]

    static func read(_ text: String) throws(DocumentError) -> [FoundHost] {
        let entries = entries(text)
        guard !entries.isEmpty else { throw DiscoveryFormat.unusable("a list of a directory's entries in LDIF") }
        return entries.compactMap(host)
    }

    /// A line that begins with a blank goes on the one before; `::` stands before base64; entries are apart by empty
    /// lines.
    private static func entries(_ text: String) -> [Entry] {
        var unfolded: [String] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.first == " ", !unfolded.isEmpty, unfolded.last?.isEmpty == false {
                unfolded[unfolded.count - 1] += line.dropFirst()
            } else {
                unfolded.append(String(line))
            }
        }
        var (entries, entry): ([Entry], Entry) = ([], [:])
        for line in unfolded + [""] {
            if line.isEmpty {
                if entry["dn"] != nil { entries.append(entry) }
                entry = [:]
            } else if !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") {
                let name = line[..<colon].lowercased()
                if entry[name] == nil {
                    entry[name] = value(line[line.index(after: colon)...], isBytes: name == "objectguid")
                }
            }
        }
        return entries
    }

    private static func value(_ rest: Substring, isBytes: Bool) -> String? {
        guard rest.first == ":" else { return String(rest.drop { $0 == " " }) }
        let code = rest.dropFirst().filter { $0 != " " }
        guard let data = Data(base64Encoded: String(code)) else { return nil }
        guard isBytes else { return String(validating: data, as: UTF8.self) }
        return data.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Nil for what is no computer, or is switched off in the directory.
    private static func host(_ entry: Entry) -> FoundHost? {
        let account = entry["samaccountname"].map { $0.hasSuffix("$") ? String($0.dropLast()) : $0 }
        guard let name = entry["dnshostname"] ?? account ?? entry["cn"], !name.isEmpty else { return nil }
        guard
            entry["dnshostname"] != nil || entry["samaccountname"]?.hasSuffix("$") == true
                || entry["operatingsystem"] != nil || entry["iphostnumber"] != nil || entry["macaddress"] != nil
        else { return nil }
        // Bit 2 of userAccountControl: the account is disabled.
        if let control = entry["useraccountcontrol"].flatMap({ Int($0) }), control & 2 != 0 { return nil }
        let mac = entry["macaddress"].flatMap { MACAddress.canonical($0) }
        let address = entry["iphostnumber"].flatMap { IPAddress.canonical($0) }
        var host = FoundHost(
            hostname: name, mac: mac, addresses: address.map { [$0] } ?? [],
            os: DirectorySystem.of(name: entry["operatingsystem"], version: entry["operatingsystemversion"]),
            lastSeen: entry["lastlogontimestamp"].flatMap(date))
        host.isAccount = true
        host.id = "directory:\((entry["objectguid"] ?? entry["entryuuid"] ?? entry["dn"] ?? name).lowercased())"
        return host
    }

    /// Windows' time: tenths of microseconds since 1601.
    private static func date(_ text: String) -> Date? {
        guard let ticks = Double(text), ticks > 0 else { return nil }
        return Date(timeIntervalSince1970: ticks / 10_000_000 - 11_644_473_600)
    }
}
