import Domain
import FoundationEssentials

public typealias EDRDeviceID = Identifier<EDRDevice>
/// A row of `edr_devices`.
public enum EDRDevice {}

/// Which devices of Microsoft accounts are which rows of `edr_devices`: a machine of Defender is a row of its own; a device
/// of Intune is part of the row of the machine with its id in the directory, of several the one seen last, and otherwise
/// has its own. Rows that are there are kept: one that only Intune knew becomes the machine's when that comes.
struct EDRDevicePlan {
    /// A device as one account lists it.
    struct Source: Hashable {
        var connector: ConnectorID
        var id: String
        var directoryID: String?
        var isDefender: Bool
        /// As text of RFC 3339, which sorts by time.
        var lastSeen: String?
        /// The row that it is part of so far.
        var device: EDRDeviceID?
    }

    /// The row that a source is part of from now on.
    struct Link {
        var source: Source
        var device: EDRDeviceID
    }

    /// Rows that are new, with Microsoft's id of each.
    private(set) var added: [(device: EDRDeviceID, name: String)] = []
    /// Rows that get another of Microsoft's ids.
    private(set) var renamed: [(device: EDRDeviceID, name: String)] = []
    private(set) var links: [Link] = []

    /// - Parameters:
    ///   - sources: all that share an id of the directory or a row with those that were read.
    ///   - rows: by Microsoft's id, those that there are of the sources' ids.
    init(_ sources: [Source], rows: [String: EDRDeviceID], newID: () -> EDRDeviceID = { .make() }) {
        let machines = Self.machines(sources)
        let groups = Dictionary(grouping: sources) { source in
            source.isDefender ? source.id : source.directoryID.flatMap { machines[$0]?.id } ?? source.id
        }
        // What already has its name keeps it, before others look for a row.
        var taken = Set(groups.keys.compactMap { rows[$0] })
        for (name, members) in groups.sorted(by: { $0.key < $1.key }) {
            let device: EDRDeviceID
            if let row = rows[name] {
                device = row
            } else if let row = members.lazy.compactMap(\.device).first(where: { !taken.contains($0) }) {
                device = row
                renamed.append((row, name))
            } else {
                device = newID()
                added.append((device, name))
            }
            taken.insert(device)
            links += members.map { Link(source: $0, device: device) }
        }
    }

    /// Sources that were part of another row before, or of none.
    var moved: [Link] { links.filter { $0.source.device != $0.device } }

    /// Of each id of the directory the machine that was seen last.
    private static func machines(_ sources: [Source]) -> [String: Source] {
        var machines: [String: Source] = [:]
        for source in sources where source.isDefender {
            guard let directory = source.directoryID else { continue }
            if let known = machines[directory], (known.lastSeen ?? "", known.id) >= (source.lastSeen ?? "", source.id) {
                continue
            }
            machines[directory] = source
        }
        return machines
    }
}
