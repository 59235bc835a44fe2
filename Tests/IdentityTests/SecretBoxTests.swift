import Domain
import FoundationEssentials
import Glibc
import Identity
import Testing

@Suite("Sealed secrets")
struct SecretBoxTests {
    private let tenant = TenantID.make()

    private func box(_ byte: UInt8 = 7) throws -> SecretBox {
        try #require(SecretBox(key: [UInt8](repeating: byte, count: SecretBox.keyBytes)))
    }

    @Test("open under the same key for the same tenant and purpose, and are never sealed alike")
    func opens() throws {
        let box = try box()
        let secret = Array("client-secret".utf8)
        let sealed = try box.seal(secret, tenant: tenant, purpose: "connector.x")
        #expect(try box.open(sealed, tenant: tenant, purpose: "connector.x") == secret)
        #expect(try box.seal(secret, tenant: tenant, purpose: "connector.x") != sealed)
        #expect(sealed.count == 1 + 12 + secret.count + 16)
    }

    @Test("do not open in another place, under another key, changed or cut")
    func staysShut() throws {
        let box = try box()
        let sealed = try box.seal([1, 2, 3], tenant: tenant, purpose: "p")
        let attempts: [(SecretBox, [UInt8], TenantID?, String)] = [
            (box, sealed, .make(), "p"), (box, sealed, nil, "p"), (box, sealed, tenant, "q"),
            (try self.box(8), sealed, tenant, "p"), (box, [], tenant, "p"),
            (box, Array(sealed.dropLast()), tenant, "p"),
            (box, [2] + sealed.dropFirst(), tenant, "p"),
        ]
        for (box, sealed, tenant, purpose) in attempts {
            #expect(throws: IdentityError.unsealFailed) { try box.open(sealed, tenant: tenant, purpose: purpose) }
        }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: IdentityError.unsealFailed) { try box.open(changed, tenant: tenant, purpose: "p") }
        }
    }

    @Test("the key file is made once, for its owner alone, and refused when others may read it")
    func keyFile() throws {
        let path = "/tmp/garrison-key-\(UUID().uuidString)"
        defer { unlink(path) }
        let sealed = try SecretBox(keyFile: path).seal([9], tenant: nil, purpose: "p")
        #expect(try SecretBox(keyFile: path).open(sealed, tenant: nil, purpose: "p") == [9])
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600 && status.st_size == 32)
        chmod(path, 0o640)
        #expect(throws: IdentityError.keyFileExposed(path: path, mode: 0o640)) { try SecretBox(keyFile: path) }
        chmod(path, 0o600)
        truncate(path, 31)
        #expect(throws: IdentityError.keyFileWrongSize(path: path, bytes: 31)) { try SecretBox(keyFile: path) }
        #expect(throws: IdentityError.self) { try SecretBox(keyFile: "/nowhere/at/all") }
    }

    @Test("a key of another length is none", arguments: [0, 16, 31, 33])
    func keyLengths(_ length: Int) {
        #expect(SecretBox(key: [UInt8](repeating: 0, count: length)) == nil)
    }
}
