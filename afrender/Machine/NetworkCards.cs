using System.Net.NetworkInformation;

namespace AfRender.Machine;

/// <summary>The hardware addresses by which this machine can be woken.</summary>
internal static class NetworkCards
{
    private const int AddressBytes = 6;

    /// <summary>More cards than any machine wakes by.</summary>
    private const int CardsMax = 8;

    /// <summary>Of the address's first byte: made up by software, as those of containers are.</summary>
    private const byte LocallyMade = 0x02;

    /// <summary>Sorted, as 00:1A:2B:3C:4D:5E. Addresses made up by software count only where there are no others.</summary>
    public static IReadOnlyList<string> Addresses()
    {
        try
        {
            return Choose(NetworkInterface.GetAllNetworkInterfaces()
                .Where(card => card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .Select(card => card.GetPhysicalAddress().GetAddressBytes()));
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    internal static IReadOnlyList<string> Choose(IEnumerable<byte[]> addresses)
    {
        var all = addresses.Where(address => address.Length == AddressBytes && address.Any(part => part != 0)).ToList();
        var made = all.Where(address => (address[0] & LocallyMade) == 0).ToList();
        return [.. (made.Count > 0 ? made : all).Select(Words).Distinct().Order(StringComparer.Ordinal).Take(CardsMax)];
    }

    private static string Words(byte[] address) => string.Join(':', address.Select(part => part.ToString("X2")));
}
