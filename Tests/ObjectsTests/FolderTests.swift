import Foundation
import Objects
import TestSupport
import Testing

@Suite("A folder holds objects and nothing leads out of it", .blocking)
struct FolderTests {
    private let folder: TestFolder
    private let store: FolderStore

    init() throws {
        folder = try TestFolder()
        store = FolderStore(path: "\(folder.path)/store")
    }

    @Test("a link in it is not followed, neither to read, nor to write, nor to list")
    func links() async throws {
        defer { folder.remove() }
        try await store.put(stream(content(3)), at: try ObjectKey("a/b"))
        let outside = try folder.write("secret", to: "outside")
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: "\(folder.path)/store/objects/link", withDestinationPath: folder.path)
        try manager.createSymbolicLink(atPath: "\(folder.path)/store/objects/file", withDestinationPath: outside)
        for name in ["link/outside", "link/new", "file"] {
            let key = try ObjectKey(name)
            await #expect(throws: ObjectError.self) { try await store.get(key) }
            if name != "file" {
                await #expect(throws: ObjectError.self) { try await store.put(stream(content(3)), at: key) }
                await #expect(throws: ObjectError.self) { try await store.delete(key) }
            }
        }
        // A write takes the link's place and leaves alone what it led to.
        try await store.put(stream(content(4)), at: try ObjectKey("file"))
        #expect(try String(contentsOfFile: outside, encoding: .utf8) == "secret")
        #expect(try manager.contentsOfDirectory(atPath: folder.path).sorted() == ["outside", "store"])
        #expect(try await store.keys() == ["a/b", "file"])
    }

    @Test("a reader keeps the version that it began with, whatever is written meanwhile")
    func openReader() async throws {
        defer { folder.remove() }
        let key = try ObjectKey("k")
        let old = content(3 << 20)
        try await store.put(stream(old), at: key)
        let reading = try await store.get(key)
        try await store.put(stream(content(3 << 20, seed: 5)), at: key)
        #expect(Array(try await reading.content.collect(upTo: 4 << 20)) == old)
    }

    @Test("a byte that the disk changed is noticed")
    func spoiled() async throws {
        defer { folder.remove() }
        let key = try ObjectKey("k")
        try await store.put(stream(content(100)), at: key)
        guard try await store.head(key)?.sha256 != nil else { return }
        let file = try FileHandle(forUpdating: URL(filePath: "\(folder.path)/store/objects/k"))
        try file.write(contentsOf: Data([0xFF, 0xFE]))
        try file.close()
        let error = await #expect(throws: ObjectError.self) { try await store.bytes(key) }
        #expect(error?.code == "object.corrupt")
    }

    @Test("what a killed writer left is removed by a sweep, and is no object before")
    func leftovers() async throws {
        defer { folder.remove() }
        try await store.put(stream(content(3)), at: try ObjectKey("k"))
        let left = "\(folder.path)/store/uploads/left"
        try Data("half".utf8).write(to: URL(filePath: left))
        #expect(try await store.keys() == ["k"])
        #expect(try await store.sweep("", before: .distantPast).uploads == 0)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: left)
        let report = try await store.sweep("", before: Date(timeIntervalSinceNow: -3_600))
        #expect(report.uploads == 1 && report.removed == 0)
    }

    @Test("folders go with their last object, and writers and removers do not disturb each other")
    func folders() async throws {
        defer { folder.remove() }
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for task in 0..<4 {
                tasks.addTask {
                    for _ in 0..<25 {
                        let key = try ObjectKey("x/y/z\(task)")
                        try await store.put(stream([1, 2, 3]), at: key)
                        try await store.delete(key)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/store/objects").isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/store/uploads").isEmpty)
    }

    @Test("a key cannot be a folder of others at the same time, and is told so")
    func folderAndFile() async throws {
        defer { folder.remove() }
        try await store.put(stream(content(3)), at: try ObjectKey("a/b"))
        for name in ["a", "a/b/c"] {
            let error = await #expect(throws: ObjectError.self) {
                try await store.put(stream(content(3)), at: try ObjectKey(name))
            }
            #expect(error?.code == "object_store.folder")
        }
        #expect(try await store.keys() == ["a/b"])
        #expect(try await store.head(try ObjectKey("a")) == nil)
    }

    @Test("addresses are signed by whoever serves the folder")
    func addresses() async throws {
        defer { folder.remove() }
        let key = try ObjectKey("k")
        await #expect(throws: ObjectError.self) { try await store.signedAddress(.get, of: key, seconds: 60) }
        let served = FolderStore(path: folder.path, signer: FixedSigner())
        #expect(served.abilities.signsAddresses)
        #expect(try await served.signedAddress(.get, of: key, seconds: 60).url == "https://garrison.example/k?60")
    }

    private struct FixedSigner: AddressSigner {
        func address(_ use: SignedUse, of key: ObjectKey, seconds: Int) async throws -> SignedAddress {
            SignedAddress(url: "https://garrison.example/\(key)?\(seconds)", expires: Date(timeIntervalSince1970: 0))
        }
    }
}
