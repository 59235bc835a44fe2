import Domain
import Foundation
import Glibc
import Store
import Synchronization
import TestSupport

/// A network of machines, each in a namespace of its own with a root of its own, around a real server and a repository.
final class PatchFleet {
    struct Machine {
        let name: String
        let root: PatchRoot
        let prefix: [String]
    }

    let site: AgentSite
    let repository: AptRepository
    private(set) var machines: [Machine] = []
    private let database: TestDatabase
    private let network: String
    private var names: [String] = []

    private static let server = "10.88.0.1"
    /// Fleets of this process.
    private static let count = Mutex(0)

    private init(_ database: TestDatabase, _ packages: [AptRepository.Package]) async throws {
        self.database = database
        let number = Self.count.withLock { count -> Int in
            count += 1
            return count
        }
        network = "garp\(getpid())-\(number)"
        try await Self.ip("netns add \(network)")
        names = [network]
        try await Self.ip("-n \(network) link set lo up")
        try await Self.ip("-n \(network) link add hub type bridge")
        try await Self.ip("-n \(network) address add \(Self.server)/24 dev hub")
        try await Self.ip("-n \(network) link set hub up")
        let prefix = ["/usr/sbin/ip", "netns", "exec", network]
        site = try AgentSite(database, host: Self.server, serverPrefix: prefix)
        repository = try await AptRepository(packages, host: Self.server, prefix: prefix)
    }

    /// Machines with the repository's packages installed as they were, an agent on each, and a server with a worker.
    static func with(
        _ count: Int, _ database: TestDatabase, _ packages: [AptRepository.Package], installed: String,
        _ body: (PatchFleet) async throws -> Void
    ) async throws {
        let fleet = try await PatchFleet(database, packages)
        let outcome: Result<Void, any Error>
        do {
            try await fleet.site.startServer()
            for number in 1...count { try await fleet.add(number, installed: installed) }
            outcome = .success(try await body(fleet))
        } catch {
            outcome = .failure(error)
        }
        await fleet.site.stop()
        await fleet.repository.stop()
        for machine in fleet.machines { await machine.root.remove() }
        for name in fleet.names { try? await ip("netns delete \(name)") }
        try outcome.get()
    }

    private static func ip(_ words: String) async throws {
        try await PatchRoot.run(["/usr/sbin/ip"] + words.split(separator: " ").map(String.init))
    }

    private func add(_ number: Int, installed: String) async throws {
        let (name, space) = ("host-\(number)", "\(network)n\(number)")
        try await Self.ip("netns add \(space)")
        names.append(space)
        try await Self.ip("link add v\(number) netns \(network) type veth peer name eth0 netns \(space)")
        try await Self.ip("-n \(network) link set v\(number) master hub up")
        try await Self.ip("-n \(space) address add 10.88.0.\(number + 10)/24 dev eth0")
        try await Self.ip("-n \(space) link set eth0 up")
        try await Self.ip("-n \(space) link set lo up")
        let root = try await PatchRoot()
        try root.write("\(name)\n", to: "etc/hostname")
        let prefix =
            [
                "/usr/sbin/ip", "netns", "exec", space, "/usr/bin/unshare", "--uts", "/bin/sh", "-c",
                #"hostname "$0" && exec "$@""#, name,
            ] + root.prefix
        machines.append(Machine(name: name, root: root, prefix: prefix))
        try await repository.use(on: root)
        let set = try await Shell.run(
            prefix + [
                "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "/bin/sh",
                "-c", "apt-get -q update && apt-get -q -y install \(installed) && apt-get clean",
            ])
        guard set.status == 0 else { throw TestFailure("\(name) is not set up: \(set.output)") }
        let enrolled = try await Program(
            prefix + [
                PatchRoot.agent, "enrol", "--server", site.url, "--token", try await site.token(), "--state",
                "/var/lib/agent", "--allow-plain-http",
            ]
        ).end()
        guard enrolled.status == 0 else { throw TestFailure("\(name) is not enrolled: \(enrolled.complaints)") }
        try site.run(name, prefix: prefix, program: [PatchRoot.agent], state: "/var/lib/agent")
    }

    func machine(_ name: String) throws -> Machine {
        guard let machine = machines.first(where: { $0.name == name }) else { throw TestFailure("there is no \(name)") }
        return machine
    }

    /// What dpkg says of a package, machine for machine.
    func dpkg(_ package: String) async throws -> [String: String] {
        var found: [String: String] = [:]
        for machine in machines { found[machine.name] = try await machine.root.dpkg(package) }
        return found
    }

    /// Asks the API as an analyst does.
    func api(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Any {
        var command = [
            "/usr/sbin/ip", "netns", "exec", network, "/usr/bin/curl", "-s", "-X", method, "\(site.url)\(path)", "-H",
            "Authorization: Bearer \(database.a.tokens[.analyst] ?? "")",
        ]
        if let body {
            let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
            command += ["-H", "Content-Type: application/json", "-d", text]
        }
        let output = try await Shell.run(command).output
        do { return try JSONSerialization.jsonObject(with: Data(output.utf8)) } catch {
            throw TestFailure("\(method) \(path): \(output)")
        }
    }

    /// Gives a file for a patch.
    func upload(_ file: String, to path: String) async throws -> [String: Any] {
        let output = try await Shell.run([
            "/usr/sbin/ip", "netns", "exec", network, "/usr/bin/curl", "-s", "-X", "POST", "\(site.url)\(path)", "-H",
            "Authorization: Bearer \(database.a.tokens[.analyst] ?? "")", "-H",
            "Content-Type: application/octet-stream", "--data-binary", "@\(file)",
        ]).output
        guard let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] else {
            throw TestFailure("POST \(path): \(output)")
        }
        return object
    }

    func object(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> [String: Any] {
        let answer = try await api(method, path, body)
        guard let object = answer as? [String: Any] else { throw TestFailure("\(method) \(path): \(answer)") }
        return object
    }

    func list(_ path: String) async throws -> [[String: Any]] {
        let answer = try await api("GET", path)
        guard let list = answer as? [[String: Any]] else { throw TestFailure("GET \(path): \(answer)") }
        return list
    }

    /// Machines that a vulnerability is open on.
    func open(_ vulnerability: String) async throws -> Set<String> {
        var names: Set<String> = []
        for endpoint in try await list("/api/endpoints") {
            let findings = try await list("/api/endpoints/\(endpoint["id"] ?? "")/vulnerabilities")
            let isOpen = findings.contains {
                $0["cve_id"] as? String == vulnerability && $0["status"] as? String == "open"
            }
            if isOpen, let name = endpoint["hostname"] as? String { names.insert(name) }
        }
        return names
    }

    /// Waits until a deployment has a status.
    func wait(_ deployment: String, _ status: String) async throws -> [String: Any] {
        var last: [String: Any] = [:]
        do {
            try await waitUntil("the deployment is \(status)", seconds: 150) {
                last = try await object("GET", "/api/patches/\(deployment)/status")
                return last["status"] as? String == status
            }
        } catch {
            throw TestFailure("\(error): \(last)")
        }
        return last
    }
}
