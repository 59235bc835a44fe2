import API
import Crypto
import Domain
import FoundationEssentials
import Glibc
import NIOCore
import Objects
import Store
import TestSupport
import Testing

@Suite("Files of patches", .database)
struct PatchFileTests {
    private let database = TestDatabase.current
    private let name = "curl_7.88.1-10+deb12u6_amd64.deb"
    private var escaped: String { name.replacing("+", with: "%2B") }

    private func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
    }

    private func upload(
        _ api: TestAPI, _ bytes: [UInt8], to path: String, query: String = "", role: Role = .analyst
    ) async throws -> Reply {
        try await api.send(
            "POST", "\(path)?name=\(escaped)\(query)", token: database.a.tokens[role],
            headers: ["Content-Type: application/octet-stream"], body: bytes)
    }

    private func objects(_ store: any ObjectStore) async throws -> [String] {
        try await store.list("tenants/").objects.map(\.key.text)
    }

    private func unused() async throws -> Int {
        try await database.store.owner.query("SELECT count(*) FROM unused_objects")[0].decode(0)
    }

    @Test(
        "a file is kept as it came, found by its tenant alone, the same again is the same, and gone when it is removed")
    func keeps() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let path = "/api/patches/\(fleet.patch)/files"
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await TestAPI.run { api in
            #expect(try await upload(api, bytes, to: path, role: .viewer).status == 403)
            let reply = try await upload(api, bytes, to: path, query: "&sha256=\(digest(bytes).uppercased())")
            #expect(reply.status == 201, "\(reply.text)")
            let file = try reply.json
            #expect(file["sha256"]?.text == digest(bytes) && file["bytes"]?.integer == 3_000_000)
            #expect(file["tool"]?.text == "apt" && file["package"]?.text == "curl")
            #expect(file["architecture"]?.text == "amd64" && file["version"]?.text == "7.88.1-10+deb12u6")
            let keys = try await objects(api.objects)
            #expect(keys.count == 1 && keys[0].hasPrefix("tenants/\(database.a.id)/"))
            #expect(try await api.objects.get(try ObjectKey(keys[0])).content.collect(upTo: 4_000_000) == Data(bytes))

            let again = try await upload(api, bytes, to: path)
            #expect(try again.status == 201 && again.json["id"] == file["id"])
            let other = try await upload(api, [1, 2, 3], to: path)
            #expect(other.status == 409 && other.problem == "patch_file.conflict", "\(other.text)")
            #expect(try await objects(api.objects) == keys)

            let list = try await api.send("GET", path, token: database.a.tokens[.viewer])
            #expect(try list.json.elements.map { $0["name"]?.text } == [name])
            let foreign = try await api.send("GET", path, token: database.b.tokens[.admin])
            #expect(try foreign.json.elements.isEmpty)
            let one = "\(path)/\(file["id"]?.text ?? "")"
            #expect(try await api.send("DELETE", one, token: database.b.tokens[.admin]).status == 404)
            #expect(try await api.send("DELETE", one, token: database.a.tokens[.analyst]).status == 204)
            #expect(try await api.send("DELETE", one, token: database.a.tokens[.analyst]).status == 404)
            #expect(try await objects(api.objects).isEmpty)
            #expect(try await unused() == 0)
            let trail = try await database.store.audit.list(.init(), tenant: database.a.id).items.map(\.action)
            #expect(trail.contains("patch_file.upload") && trail.contains("patch_file.remove"))
        }
    }

    @Test("what does not come as it should leaves neither a row nor an object")
    func refusals() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let path = "/api/patches/\(fleet.patch)/files"
        try await TestAPI.run { api in
            let wrong = try await upload(
                api, [1, 2, 3], to: path, query: "&sha256=\(String(repeating: "0", count: 64))")
            #expect(wrong.status == 400 && wrong.text.contains(digest([1, 2, 3])), "\(wrong.text)")
            #expect(try await upload(api, [1], to: path, query: "&sha256=12").status == 400)
            #expect(try await upload(api, [], to: path).status == 400)
            #expect(try await upload(api, [1], to: "/api/patches/\(PatchID.make())/files").status == 404)
            for bad in ["curl.deb", "a_1_amd64.exe", "..", "a%2Fb_1_amd64.deb", "-a_1_amd64.deb", "a-1-1.src.rpm"] {
                let reply = try await api.send(
                    "POST", "\(path)?name=\(bad)", token: database.a.tokens[.analyst],
                    headers: ["Content-Type: application/octet-stream"], body: [1])
                #expect(reply.status == 400, "\(bad): \(reply.text)")
            }
            // A client that goes away in the middle.
            let head = """
                POST \(path)?name=\(escaped) HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r
                Authorization: Bearer \(database.a.tokens[.analyst] ?? "")\r\nContent-Length: 1000000\r\n\r\n
                """
            let descriptor = try Wire.connect(port: api.port)
            let bytes = Array(head.utf8) + [UInt8](repeating: 7, count: 300_000)
            #expect(bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } > 0)
            try await waitUntil("the upload has begun") { try await unused() == 1 }
            close(descriptor)
            try await waitUntil("the upload is given up") { try await unused() == 0 }
            #expect(try await objects(api.objects).isEmpty)
            #expect(try await database.store.patchFiles.list(fleet.patch, tenant: database.a.id).isEmpty)
        }
    }

    @Test("a store that fails half-way leaves neither a row nor an object, and the next upload is a new one")
    func storeFails() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let folder = try TestFolder()
        defer { folder.remove() }
        let store = HaltingStore(folder: FolderStore(path: folder.path), limit: 1_500_000)
        let path = "/api/patches/\(fleet.patch)/files"
        try await TestAPI.run(objects: store) { api in
            let reply = try await upload(api, [UInt8](repeating: 1, count: 4_000_000), to: path)
            #expect(reply.status == 503 && reply.problem == "object_store.broken", "\(reply.text)")
            #expect(try await objects(store).isEmpty && store.removed.all.count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/uploads").isEmpty)
            #expect(try await database.store.patchFiles.list(fleet.patch, tenant: database.a.id).isEmpty)
            #expect(try await unused() == 0)
            #expect(try await upload(api, [1, 2, 3], to: path).status == 201)
        }
    }

    @Test("what a killed process has left, and what goes with its patch, the sweep removes; what is in use stays")
    func sweeps() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let folder = try TestFolder()
        defer { folder.remove() }
        let objects = FolderStore(path: folder.path)
        let shelf = PatchShelf(store: database.store, objects: objects)
        func keep(_ name: String, _ bytes: [UInt8]) async throws -> PatchFile {
            let pieces = AsyncStream<ByteBuffer> {
                $0.yield(ByteBuffer(bytes: bytes))
                $0.finish()
            }
            let request = PatchShelf.Request(
                name: name, patch: fleet.patch, principal: database.a.administrator)
            return try await shelf.keep(pieces, request)
        }
        let used = try await keep(name, [1, 2, 3])
        // It was killed between the object and its row.
        let left = try ObjectKey("tenants/\(database.a.id)/patches/left/left.deb")
        _ = try await database.store.unusedObjects.begin(left.text, tenant: database.a.id)
        try await objects.put(ByteStream([1]), at: left)
        #expect(try await shelf.sweep() == 0)
        _ = try await database.store.owner.query("UPDATE unused_objects SET since = since - interval '3 days'")
        #expect(try await shelf.sweep() == 1)
        #expect(try await objects.list().objects.map(\.key.text) == [used.objectKey])
        #expect(try await unused() == 0)
        // All that is a tenant's goes with it.
        try await database.store.tenants.delete(database.a.id)
        #expect(try await objects.list().objects.count == 1)
        #expect(try await shelf.sweep() == 1)
        #expect(try await objects.list().objects.isEmpty)
        // It is looked after once more when whatever was under way then is over.
        #expect(try await database.store.unusedObjects.removedTenants() == [database.a.id])
        _ = try await database.store.owner.query(
            "UPDATE removed_tenants SET removed_at = removed_at - interval '3 days'")
        _ = try await shelf.sweep()
        #expect(try await database.store.unusedObjects.removedTenants().isEmpty)
    }
}
