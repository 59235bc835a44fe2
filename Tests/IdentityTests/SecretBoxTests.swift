import Domain
import Foundation
import Identity
import Testing

@Suite("Sealed secrets")
struct SecretBoxTests {
    let box: SecretBox
    let tenant = TenantID.make()
    let secret = Array("client secret".utf8)
    let purpose = "connector.generic.client_secret"

    init() throws { box = try #require(SecretBox(key: Array(0..<32))) }

    @Test("open as they were sealed, and look different each time")
    func roundTrip() throws {
        let sealed = try box.seal(secret, tenant: tenant, purpose: purpose)
        #expect(try box.open(sealed, tenant: tenant, purpose: purpose) == secret)
        #expect(try box.seal(secret, tenant: tenant, purpose: purpose) != sealed)
        #expect(sealed.count == 1 + 12 + secret.count + 16)
        let empty = try box.seal([], tenant: nil, purpose: "")
        #expect(try box.open(empty, tenant: nil, purpose: "").isEmpty)
    }

    @Test("do not open for another tenant, purpose or key")
    func bound() throws {
        let sealed = try box.seal(secret, tenant: tenant, purpose: purpose)
        #expect(throws: IdentityError.unsealFailed) { try box.open(sealed, tenant: .make(), purpose: purpose) }
        #expect(throws: IdentityError.unsealFailed) { try box.open(sealed, tenant: nil, purpose: purpose) }
        #expect(throws: IdentityError.unsealFailed) { try box.open(sealed, tenant: tenant, purpose: purpose + "s") }
        let other = try #require(SecretBox(key: Array(1...32)))
        #expect(throws: IdentityError.unsealFailed) { try other.open(sealed, tenant: tenant, purpose: purpose) }
    }

    @Test("do not open when any bit is changed, or any byte is missing")
    func tampered() throws {
        let sealed = try box.seal(secret, tenant: tenant, purpose: purpose)
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: IdentityError.unsealFailed) { try box.open(changed, tenant: tenant, purpose: purpose) }
        }
        for count in 0..<sealed.count {
            let cut = Array(sealed.prefix(count))
            #expect(throws: IdentityError.unsealFailed) { try box.open(cut, tenant: tenant, purpose: purpose) }
        }
    }

    @Test("a key has 32 bytes", arguments: [0, 16, 31, 33])
    func keyLength(count: Int) {
        #expect(SecretBox(key: [UInt8](repeating: 1, count: count)) == nil)
    }
}
