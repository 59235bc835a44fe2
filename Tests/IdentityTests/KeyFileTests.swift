import Foundation
import Identity
import Testing

@Suite("The key file")
final class KeyFileTests {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("key-file-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private var path: String { folder.appendingPathComponent("secret.key").path }

    @Test("is made with mode 0600 and used again")
    func made() throws {
        let first = try SecretBox(keyFile: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.size] as? Int == 32)
        let sealed = try first.seal([1, 2, 3], tenant: nil, purpose: "test")
        #expect(try SecretBox(keyFile: path).open(sealed, tenant: nil, purpose: "test") == [1, 2, 3])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["secret.key"])
    }

    @Test("is refused when others may read it, and the message says what to run")
    func exposed() throws {
        _ = try SecretBox(keyFile: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let path = path
        let error = #expect(throws: IdentityError.self) { try SecretBox(keyFile: path) }
        #expect(error == .keyFileExposed(path: path, mode: 0o640))
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test("is refused, and kept, when it is no key", arguments: [0, 31, 33, 4096])
    func wrongSize(count: Int) throws {
        try Data(repeating: 7, count: count).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let seen = min(count, 33)
        let path = path
        #expect(throws: IdentityError.keyFileWrongSize(path: path, bytes: seen)) { try SecretBox(keyFile: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == count)
    }

    @Test("in a folder that does not exist is an error that names it")
    func missingFolder() {
        let path = folder.path + "/missing/secret.key"
        let error = #expect(throws: IdentityError.self) { try SecretBox(keyFile: path) }
        #expect(error?.code == "key_file.unusable" && error?.message.contains(path) == true)
    }
}
