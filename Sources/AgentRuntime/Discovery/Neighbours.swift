import Domain
import FoundationEssentials

/// Machines that this one's kernel has spoken with: its neighbour table.
package enum Neighbours {
    /// The complete IPv4 entries of proc(5)'s net/arp.
    static func current() -> [NetworkNeighbour] {
        guard let text = try? String(contentsOfFile: "/proc/net/arp", encoding: .utf8) else { return [] }
        return read(text)
    }

    package static func read(_ text: String) -> [NetworkNeighbour] {
        var found: [NetworkNeighbour] = []
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            // Flag 2: the entry is complete.
            guard fields.count >= 6, let flags = Int(fields[2].dropFirst(2), radix: 16), flags & 2 != 0,
                let address = NumericAddress(String(fields[0])), fields[3] != "00:00:00:00:00:00"
            else { continue }
            found.append(NetworkNeighbour(address: address.text, mac: fields[3].lowercased()))
        }
        return found.sorted { $0.address < $1.address }
    }
}
