import Domain
import Foundation
import Glibc
import Store
import TestSupport
import Testing

/// `garrison patch upload`, `files` and `remove-file` against a real database and a folder of objects.
@Suite("Files of patches from the command line", .database, .blocking)
struct PatchCommandTests {
    private let database = TestDatabase.current
    private static let name = "curl_7.88.1-10+deb12u6_amd64.deb"

    /// A patch, a folder for its files and one for objects.
    private struct Site {
        let folder: TestFolder
        let fleet: PatchedFleet
        let environment: [String: String]

        func garrison(_ command: String, _ arguments: String..., tenant: String = "alpha") throws -> GarrisonProcess {
            try GarrisonProcess.run(
                ["patch", command, "DSA-1-1", "--tenant", tenant] + arguments, environment: environment)
        }

        /// The paths of all files of the object store, below `objects` or `uploads`.
        func stored(_ part: String) -> [String] {
            let top = "\(folder.path)/store/\(part)"
            return (FileManager.default.subpaths(atPath: top) ?? []).sorted().filter { path in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(top)/\(path)", isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
        }

        func content(_ object: String) -> Data? {
            FileManager.default.contents(atPath: "\(folder.path)/store/objects/\(object)")
        }
    }

    private func withSite(_ body: (Site) async throws -> Void) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let environment = [
            "DATABASE_URL": database.url, "OBJECT_STORE_URL": "file://\(folder.path)/store",
            "GARRISON_DATA_DIR": "\(folder.path)/data", "GARRISON_INTEL_UPDATES": "off",
        ]
        let fleet = try await PatchedFleet.make(1, in: database.a)
        try await body(Site(folder: folder, fleet: fleet, environment: environment))
    }

    /// What coreutils say.
    private func digest(_ path: String) async throws -> String {
        String(try await Shell.run(["sha256sum", path]).output.prefix(64))
    }

    private func unused() async throws -> Int {
        try await database.store.owner.query("SELECT count(*) FROM unused_objects")[0].decode(0)
    }

    private func rows(_ site: Site) async throws -> [PatchFile] {
        try await database.store.patchFiles.list(site.fleet.patch, tenant: database.a.id)
    }

    @Test("a file goes up, is listed with its SHA-256 for its tenant alone, and is gone when it is removed")
    func life() async throws {
        try await withSite { site in
            let file = try site.folder.write(String(repeating: "a package\n", count: 300_000), to: Self.name)
            let companion = try site.folder.write("another", to: "libnew_1_all.deb")
            let (first, second) = (try await digest(file), try await digest(companion))
            let uploaded = try site.garrison("upload", file, "--sha256", first.uppercased())
            #expect(uploaded.status == 0 && uploaded.output == "\(first)  \(Self.name)\n", "\(uploaded)")
            let more: [[String: Any]] = try site.garrison("upload", companion, "--companion", "--json").json()
            #expect(more.map { $0["sha256"] as? String } == [second] && more[0]["companion"] as? Bool == true)

            let listed: [[String: Any]] = try site.garrison("files", "--json").json()
            #expect(listed.map { $0["name"] as? String } == [Self.name, "libnew_1_all.deb"])
            #expect(listed.map { $0["sha256"] as? String } == [first, second])
            #expect(listed.map { $0["bytes"] as? Int } == [3_000_000, 7])
            #expect(listed.map { $0["companion"] as? Bool } == [false, true])
            let table = try site.garrison("files").output.lines
            #expect(table.count == 3 && table[1].contains(first) && table[2].contains(second), "\(table)")
            let foreign = try site.garrison("files", tenant: "beta")
            #expect(foreign.status == 0 && foreign.output.isEmpty, "\(foreign)")
            #expect(foreign.complaints.contains("No files were given for this patch."))
            let objects = site.stored("objects")
            #expect(objects.count == 2 && objects.allSatisfy { $0.hasPrefix("tenants/\(database.a.id)/patches/") })
            let whole = try Data(contentsOf: URL(filePath: file))
            #expect(objects.contains { site.content($0) == whole })

            let taken = try site.garrison("remove-file", Self.name, tenant: "beta")
            #expect(taken.status == 1 && taken.complaints.contains("no file “\(Self.name)”"), "\(taken)")
            #expect(try site.garrison("remove-file", Self.name).status == 0)
            #expect(try site.garrison("remove-file", Self.name).status == 1)
            // By its id, too.
            #expect(try site.garrison("remove-file", more[0]["id"] as? String ?? "").status == 0)
            #expect(try await rows(site).isEmpty && site.stored("objects").isEmpty)
            #expect(try await unused() == 0)
            let trail = try await database.store.audit.list(.init(), tenant: database.a.id).items
            let steps = trail.filter { $0.action.hasPrefix("patch_file.") }
            #expect(steps.count == 4 && steps.allSatisfy { $0.object == site.fleet.patch.description })
        }
    }

    @Test("another file than announced, and one that cannot be read or has no package's name, leave nothing behind")
    func refusals() async throws {
        try await withSite { site in
            let file = try site.folder.write("a package", to: Self.name)
            let other = String(repeating: "0", count: 64)
            let wrong = try site.garrison("upload", file, "--sha256", other)
            #expect(wrong.status == 1 && wrong.output.isEmpty, "\(wrong)")
            #expect(wrong.complaints.contains(try await digest(file)) && wrong.complaints.contains(other))
            #expect(try site.garrison("upload", file, "--sha256", "12").complaints.contains("64 hexadecimal digits"))
            let empty = try site.folder.write("", to: "empty_1_all.deb")
            #expect(try site.garrison("upload", empty).complaints.contains("the file is empty"))
            let nameless = try site.folder.write("a package", to: "curl.deb")
            #expect(try site.garrison("upload", nameless).complaints.contains("NAME_VERSION_ARCHITECTURE.deb"))
            let absent = try site.garrison("upload", "\(site.folder.path)/absent_1_all.deb")
            #expect(absent.status == 1 && absent.complaints.contains("cannot be read: No such file"), "\(absent)")
            try FileManager.default.createDirectory(
                atPath: "\(site.folder.path)/folder_1_all.deb", withIntermediateDirectories: false)
            let folder = try site.garrison("upload", "\(site.folder.path)/folder_1_all.deb")
            #expect(folder.status == 1 && folder.complaints.contains("cannot be read: Is a directory"), "\(folder)")
            let large = try site.folder.write(String(repeating: "a", count: (1 << 20) + 1), to: "large_1_all.deb")
            let limited = try GarrisonProcess.run(
                ["patch", "upload", "DSA-1-1", large, "--tenant", "alpha"],
                environment: site.environment.merging(["GARRISON_PATCH_FILE_LIMIT_MB": "1"]) { $1 })
            #expect(limited.status == 1 && limited.complaints.contains("1"), "\(limited)")
            #expect(try await rows(site).isEmpty && site.stored("objects").isEmpty && site.stored("uploads").isEmpty)
            #expect(try await unused() == 0)
        }
    }

    @Test("the same file again changes nothing, another one of its name is refused, and what went up before it is told")
    func again() async throws {
        try await withSite { site in
            let file = try site.folder.write("a package", to: Self.name)
            let first: [[String: Any]] = try site.garrison("upload", file, "--json").json()
            let objects = site.stored("objects")
            let again: [[String: Any]] = try site.garrison("upload", file, "--json").json()
            #expect(again.map { $0["id"] as? String } == first.map { $0["id"] as? String } && first.count == 1)
            #expect(site.stored("objects") == objects && objects.count == 1)

            try site.folder.write("another content", to: Self.name)
            let more = try site.folder.write("more", to: "libnew_1_all.deb")
            let other = try site.garrison("upload", more, file)
            #expect(other.status == 1, "\(other)")
            #expect(other.complaints.contains("another file “\(Self.name)”. Remove that one first."))
            #expect(other.output == "\(try await digest(more))  libnew_1_all.deb\n")
            #expect(try await rows(site).map(\.name.text) == [Self.name, "libnew_1_all.deb"])
            let kept = site.stored("objects")
            #expect(kept.count == 2 && kept.contains(objects[0]) && site.content(objects[0]) == Data("a package".utf8))
            #expect(site.stored("uploads").isEmpty)
            #expect(try await unused() == 0)
        }
    }

    @Test("what a process has left that was killed in mid-upload is no file, stops no other, and is swept")
    func killed() async throws {
        try await withSite { site in
            // A file that does not come to its end: the test holds the other end of the pipe.
            let pipe = "\(site.folder.path)/\(Self.name)"
            #expect(mkfifo(pipe, 0o600) == 0)
            let writer = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
            #expect(writer >= 0)
            defer { close(writer) }
            let upload = try Program(
                garrison: ["patch", "upload", "DSA-1-1", pipe, "--tenant", "alpha"], environment: site.environment)
            let piece = [UInt8](repeating: 7, count: 4096)
            func size(_ name: String) -> Int {
                let facts = try? FileManager.default.attributesOfItem(
                    atPath: "\(site.folder.path)/store/uploads/\(name)")
                return (facts?[.size] as? Int) ?? 0
            }
            try await waitUntil("the upload is at it") {
                guard upload.isRunning else { throw TestFailure("it has ended: \(upload.complaints)") }
                while write(writer, piece, piece.count) > 0 {}
                return site.stored("uploads").contains { size($0) > 300_000 }
            }
            upload.signal(SIGKILL)
            _ = try await upload.end()
            #expect(try await rows(site).isEmpty && site.stored("objects").isEmpty)
            #expect(site.stored("uploads").count == 1)
            #expect(try await unused() == 1)

            // The next one comes through.
            #expect(unlink(pipe) == 0)
            let file = try site.folder.write("a package", to: Self.name)
            #expect(try site.garrison("upload", file).status == 0)
            let objects = site.stored("objects")
            #expect(objects.count == 1)

            try await age(site)
            let server = try Program(
                garrison: ["serve", "--listen", "127.0.0.1:0"], environment: site.environment)
            try await waitUntil("it is swept") {
                guard server.isRunning else { throw TestFailure("the server ended: \(server.complaints)") }
                return try await unused() == 0 && site.stored("uploads").isEmpty
            }
            await server.stop()
            #expect(site.stored("objects") == objects && site.content(objects[0]) == Data("a package".utf8))
            let listed: [[String: Any]] = try site.garrison("files", "--json").json()
            #expect(listed.map { $0["sha256"] as? String } == [try await digest(file)])
        }
    }

    /// As if uploads had begun three days ago.
    private func age(_ site: Site) async throws {
        _ = try await database.store.owner.query("UPDATE unused_objects SET since = since - interval '3 days'")
        for name in site.stored("uploads") {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -3 * 86_400)],
                ofItemAtPath: "\(site.folder.path)/store/uploads/\(name)")
        }
    }
}
