// The other side of the tests with BouncyCastle. Reads commands from a file, one a line, and answers each with a line:
//   verify MESSAGE [CONTENT]      "ok COUNT" or why not
//   sign KEY CERTIFICATE CONTENT attached|detached OUT
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

public class BouncyCastle {
    static byte[] read(String path) throws Exception {
        return Files.readAllBytes(Path.of(path));
    }

    static String verify(String[] words) throws Exception {
        CMSSignedData message = words.length > 2
            ? new CMSSignedData(new CMSProcessableByteArray(read(words[2])), read(words[1]))
            : new CMSSignedData(read(words[1]));
        int count = 0;
        for (SignerInformation signer : message.getSignerInfos().getSigners()) {
            @SuppressWarnings("unchecked")
            Collection<X509CertificateHolder> found = message.getCertificates().getMatches(signer.getSID());
            X509CertificateHolder certificate = found.iterator().next();
            if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(certificate))) {
                return "a signature does not verify";
            }
            ++count;
        }
        return "ok " + count;
    }

    static String sign(String[] words) throws Exception {
        PrivateKey key = KeyFactory.getInstance("EC", "BC").generatePrivate(new PKCS8EncodedKeySpec(read(words[1])));
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509", "BC")
            .generateCertificate(new FileInputStream(words[2]));
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
            new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().setProvider("BC").build())
                .build(new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(key), certificate));
        generator.addCertificates(new JcaCertStore(List.of(certificate)));
        byte[] message = generator
            .generate(new CMSProcessableByteArray(read(words[3])), words[4].equals("attached")).getEncoded();
        Files.write(Path.of(words[5]), message);
        return "ok";
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] words = line.split(" ");
            try {
                System.out.println(words[0].equals("sign") ? sign(words) : verify(words));
            } catch (Exception error) {
                System.out.println(error);
            }
        }
    }
}
