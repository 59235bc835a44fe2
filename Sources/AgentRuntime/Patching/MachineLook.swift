import Agent
import Domain
import FoundationEssentials
import Glibc
import Versions

/// The machine as it is: read anew each time, and from its package database, not from what a tool has said.
struct MachineLook {
    let tool: any PackageTool
    let packages: [InstalledPackage]

    init(_ tool: any PackageTool) throws {
        self.tool = tool
        do {
            packages = try HostCollector().collect().packages.filter { $0.type == tool.scheme.rawValue }
        } catch {
            throw PatchFailure("the packages cannot be read: \(error.message)")
        }
        SmallHeap.giveBack()
    }

    /// The versions that are installed of a package: several where it may be there more than once, as kernels are.
    func versions(_ name: String, _ architecture: String?) -> [String] {
        packages.filter { $0.name == name && (architecture == nil || $0.architecture == architecture) }.map(\.version)
    }

    /// The newest that is there.
    func version(_ name: String, _ architecture: String?) -> String? {
        let all = versions(name, architecture)
        return all.max { Versions.compare($0, $1, scheme: tool.scheme) == .less }
    }

    func states(_ wanted: [PatchOrder.Package]) -> [PatchReport.PackageState] {
        wanted.map { .init(name: $0.name, architecture: $0.architecture, version: version($0.name, $0.architecture)) }
    }

    /// Whether a package is there in the version that is wanted or a later one; in any later than the one that is to go,
    /// where none is named.
    func has(_ package: PatchOrder.Package) -> Bool {
        guard let version = version(package.name, package.architecture) else { return false }
        if let wanted = package.version {
            return version == wanted
                || [.equal, .greater].contains(Versions.compare(version, wanted, scheme: tool.scheme))
        }
        return package.installed.map { isNewer(version, than: $0) } ?? false
    }

    /// All that is there, for a comparison with what will be.
    var everything: [PatchReport.PackageState] {
        packages.map { .init(name: $0.name, architecture: $0.architecture, version: $0.version) }
    }

    /// What is other than it was.
    func differences(from before: [PatchReport.PackageState]) -> [PlannedChange] {
        struct Key: Hashable { let name: String, architecture: String? }
        var (old, new): ([Key: Set<String>], [Key: Set<String>]) = ([:], [:])
        for state in before {
            guard let version = state.version else { continue }
            old[Key(name: state.name, architecture: state.architecture), default: []].insert(version)
        }
        for package in packages {
            new[Key(name: package.name, architecture: package.architecture), default: []].insert(package.version)
        }
        func newest(_ versions: Set<String>) -> String? {
            versions.max { Versions.compare($0, $1, scheme: tool.scheme) == .less }
        }
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.map { key in
            // Of packages that are there in several versions, the newest counts.
            PlannedChange(key.name, key.architecture, old: newest(old[key] ?? []), new: newest(new[key] ?? []))
        }.filter { $0.old != $0.new }.sorted { ($0.name, $0.architecture ?? "") < ($1.name, $1.architecture ?? "") }
    }

    func isNewer(_ version: String, than other: String) -> Bool {
        Versions.compare(version, other, scheme: tool.scheme) == .greater
    }

    /// Bytes that are free where a folder is, or the nearest one above it.
    static func free(_ folder: String) -> Int64? {
        var path = folder
        var facts = statvfs()
        while statvfs(path, &facts) != 0 {
            guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        return Int64(facts.f_bavail) * Int64(facts.f_frsize)
    }
}
