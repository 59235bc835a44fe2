import Notifications
import Testing

@Suite("Where messages may be sent")
struct TargetRuleTests {
    @Test(
        "an address has TLS, a host, and nothing that does not belong there",
        arguments: [
            "", "hooks.example.com", "https://", "ftp://hooks.example.com/", "http://hooks.example.com/",
            "https://user:secret@hooks.example.com/", "https://hooks.example.com/#x", "https://hooks.example.com:0/",
            "https://hooks.example.com/a b", "https://höoks.example.com/",
        ])
    func texts(_ text: String) { #expect(TargetRule().defect(of: text) != nil) }

    @Test(
        "a public address is taken",
        arguments: [
            "https://hooks.example.com/garrison?x=1", "https://hooks.example.com:8443/", "https://93.184.215.14/",
            "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        ])
    func taken(_ text: String) { #expect(TargetRule().defect(of: text) == nil) }

    private static let own = [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "::1",
        "fd12:3456::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:c0a8:101::1", "fec0::1",
    ]

    private static let barred = [
        "169.254.169.254", "169.254.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "100.100.100.200",
        "168.63.129.16", "192.0.0.192", "198.18.0.1", "::", "fe80::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254",
        "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a9fe:a9fe::1",
    ]

    private static let open = [
        "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.1.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8",
    ]

    @Test("the own network is left alone, unless the operator allows it", arguments: own)
    func ownNetwork(_ text: String) throws {
        #expect(try #require(InternetAddress(text)).reach == .own)
        let host = text.contains(":") ? "[\(text)]" : text
        #expect(TargetRule().defect(of: "https://\(host)/") != nil)
        #expect(TargetRule(allowsOwnNetwork: true).defect(of: "http://\(host)/") == nil)
    }

    @Test("link-local addresses, clouds' metadata, multicast and reserved ones are never asked", arguments: barred)
    func neverAsked(_ text: String) throws {
        #expect(try #require(InternetAddress(text)).reach == .barred)
        let host = text.contains(":") ? "[\(text)]" : text
        #expect(TargetRule(allowsOwnNetwork: true).defect(of: "https://\(host)/") != nil)
    }

    @Test("others are open", arguments: open)
    func others(_ text: String) throws { #expect(try #require(InternetAddress(text)).reach == .open) }
}
