import Domain
import FoundationEssentials
import Glibc

/// Asks each address of a network whether somebody is there, slowly: a connection to one of a few ports that is taken
/// or refused is an answer, and so is one by ARP.
package struct Probe {
    package let count: Int
    /// The network's own address and its broadcast address are nobody's.
    var asked: Int { count > 2 ? count - 2 : count }
    private let first: UInt32
    private let ports: [UInt16]
    private let perSecond: Int

    /// A network is a /20 at most.
    static let largest = 4096
    private static let patience = 0.3

    /// - Parameter arguments: `network` (`10.0.0.0/24`), `ports`, `per_second`.
    package init(_ arguments: [String: String]) throws(AgentError) {
        let parts = (arguments["network"] ?? "").split(separator: "/")
        var address = in_addr()
        guard parts.count == 2, inet_pton(AF_INET, String(parts[0]), &address) == 1, let bits = Int(parts[1]),
            (20...32).contains(bits)
        else { throw Self.refusal("network must be an IPv4 network from /20 to /32, such as 10.0.0.0/24") }
        let mask: UInt32 = ~UInt32(0) << UInt32(32 - bits)
        first = UInt32(bigEndian: address.s_addr) & mask
        count = 1 << (32 - bits)
        ports = (arguments["ports"] ?? "22,443,445,3389").split(separator: ",").compactMap { UInt16($0) }
        perSecond = min(200, max(1, Int(arguments["per_second"] ?? "") ?? 20))
        guard !ports.isEmpty, ports.count <= 16 else { throw Self.refusal("ports must be 1 to 16 port numbers") }
    }

    private static func refusal(_ reason: String) -> AgentError {
        .refused(status: 422, code: "probe.invalid", reason: reason)
    }

    func run() -> [NetworkNeighbour] {
        var answered: [String: NetworkNeighbour] = [:]
        for offset in 0..<UInt32(count) {
            if count > 2, offset == 0 || offset == UInt32(count) - 1 { continue }
            let address = Self.text(first + offset)
            for port in ports {
                let begin = ContinuousClock.now
                let isThere = Self.answers(first + offset, port)
                let rest = Duration.seconds(1) / Double(perSecond) - (ContinuousClock.now - begin)
                if rest > .zero { usleep(UInt32(rest / .microseconds(1))) }
                if isThere {
                    answered[address] = NetworkNeighbour(address: address, mac: nil)
                    break
                }
            }
        }
        // Who answered no port may have answered ARP.
        let range = Set((0..<UInt32(count)).map { Self.text(first + $0) })
        for neighbour in Neighbours.current() where range.contains(neighbour.address) {
            answered[neighbour.address] = neighbour
        }
        return answered.values.sorted { $0.address < $1.address }
    }

    private static func text(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { String((address >> $0) & 255) }.joined(separator: ".")
    }

    private static func answers(_ host: UInt32, _ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        let begun = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if begun == 0 || errno == ECONNREFUSED { return true }
        guard errno == EINPROGRESS else { return false }
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, Int32(patience * 1000)) == 1 else { return false }
        var (problem, size): (Int32, socklen_t) = (0, socklen_t(MemoryLayout<Int32>.size))
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 else { return false }
        return problem == 0 || problem == ECONNREFUSED
    }
}
