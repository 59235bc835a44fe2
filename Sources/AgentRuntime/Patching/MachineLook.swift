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

    /// Who holds one of the tool's locks, as a clause; nil when nobody does.
    static func holder(of locks: [String]) -> String? {
        for path in locks {
            let descriptor = open(path, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { continue }
            let name = (try? String(contentsOfFile: "/proc/\(lock.l_pid)/comm", encoding: .utf8)) ?? ""
            let program = name.split(whereSeparator: \.isNewline).first.map(String.init) ?? "another program"
            return "\(path) is held by \(program) (process \(lock.l_pid))"
        }
        return nil
    }
}
