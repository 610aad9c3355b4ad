// The other side of the tests with BouncyCastle. Reads commands from a file, one a line, and answers each with a line:
//   verify MESSAGE [CONTENT]      "ok COUNT" or why not
//   sign KEY CERTIFICATE CONTENT attached|detached OUT
//   stamp KEY CERTIFICATE REQUEST OUT      answers a time stamp request
//   stamped MESSAGE CERTIFICATE            whether the first signer's time stamp is this authority's, over the signature
import java.io.FileInputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

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

    static String stamp(String[] words) throws Exception {
        PrivateKey key = KeyFactory.getInstance("EC", "BC").generatePrivate(new PKCS8EncodedKeySpec(read(words[1])));
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509", "BC")
            .generateCertificate(new FileInputStream(words[2]));
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        TimeStampTokenGenerator generator = new TimeStampTokenGenerator(
            new JcaSignerInfoGeneratorBuilder(digests)
                .build(new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(key), certificate),
            digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)), new ASN1ObjectIdentifier("1.2.3.4"));
        generator.addCertificates(new JcaCertStore(List.of(certificate)));
        Set<ASN1ObjectIdentifier> accepted = Set.of(GMObjectIdentifiers.sm3, NISTObjectIdentifiers.id_sha256);
        TimeStampResponseGenerator responses = new TimeStampResponseGenerator(generator, accepted);
        TimeStampResponse response = responses.generate(new TimeStampRequest(read(words[3])), BigInteger.ONE, new Date());
        Files.write(Path.of(words[4]), response.getEncoded());
        return response.getTimeStampToken() == null ? response.getStatusString() : "ok";
    }

    static String stamped(String[] words) throws Exception {
        SignerInformation signer = new CMSSignedData(read(words[1])).getSignerInfos().getSigners().iterator().next();
        Attribute attribute = signer.getUnsignedAttributes().get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
        TimeStampToken token = new TimeStampToken(new CMSSignedData(attribute.getAttrValues().getObjectAt(0).toASN1Primitive().getEncoded()));
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(new X509CertificateHolder(read(words[2]))));
        MessageDigest digest = MessageDigest.getInstance(token.getTimeStampInfo().getMessageImprintAlgOID().getId(), "BC");
        boolean isOver = Arrays.equals(digest.digest(signer.getSignature()), token.getTimeStampInfo().getMessageImprintDigest());
        return isOver ? "ok" : "over something else";
    }

    static String answer(String[] words) throws Exception {
        switch (words[0]) {
            case "sign": return sign(words);
            case "stamp": return stamp(words);
            case "stamped": return stamped(words);
            default: return verify(words);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] words = line.split(" ");
            try {
                System.out.println(answer(words));
            } catch (Exception error) {
                System.out.println(error);
            }
        }
    }
}
