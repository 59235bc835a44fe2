import Domain
import FoundationEssentials

/// Takes the inventory of a Linux system: the running one, or one mounted under a directory.
/// Needs no rights for packages; what this user may not read becomes a note.
public struct HostCollector: Sendable {
    private let root: String
    private let agentVersion: String?

    /// - Parameters:
    ///   - root: the examined system's root directory; symbolic links never lead out of it.
    ///   - agentVersion: the collecting program's version, for the record.
    public init(root: String = "/", agentVersion: String? = nil) {
        self.root = root
        self.agentVersion = agentVersion
    }

    /// Reads what there is; whatever is missing or unreadable is told in the inventory's notes.
    /// - Throws: `CollectionError.root` when the root is no directory. Nothing else.
    public func collect() throws(CollectionError) -> Inventory {
        let tree = try ExaminedRoot(root)
        var notes: [CollectionNote] = []
        let os = OSRelease.operatingSystem(tree, notes: &notes)
        let identity = HostIdentity(tree, path: root, notes: &notes)
        let kernel = kernel(tree, notes: &notes)
        let network = NetworkInterfaces.collect(tree, notes: &notes)
        let device = DeviceIdentifier.find(tree, hostname: identity.hostname, network: network, notes: &notes)
        let packages = PackageDatabases.collect(tree, notes: &notes)
        let settings = HostSettings.collect(tree, notes: &notes)
        // Whole milliseconds, as they are written, so that a copy that was sent equals this one.
        let now = (Date.now.timeIntervalSince1970 * 1000).rounded(.down) / 1000
        return Inventory(
            collectedAt: Date(timeIntervalSince1970: now), deviceID: device, hostname: identity.hostname,
            fqdn: identity.fqdn, os: os, kernel: kernel, network: network, packages: packages, settings: settings,
            agentVersion: agentVersion, notes: notes)
    }

    private func kernel(_ tree: ExaminedRoot, notes: inout [CollectionNote]) -> Kernel? {
        guard tree.isLive else {
            notes.append(
                CollectionNote(
                    item: "kernel", reason: "The system is not running, so no kernel is; all installed ones count."))
            return nil
        }
        guard let name = SystemName.current() else {
            notes.append(CollectionNote(item: "kernel", reason: "The running kernel does not tell its release."))
            return nil
        }
        return Kernel(release: name.release, version: name.version, architecture: name.machine)
    }
}
